// Which of Microsoft's hosts are authentication, and of which kind. The published list does not say: it calls all of
// them by one set. Identity providers of an organisation's own are marked on their rules.
import type { Destination, Host } from '../destination.ts';
import { type HostIndex, buildHostIndex, findHost, noRank } from '../host-index.ts';
import { compileHostPattern } from '../host-pattern.ts';
import type { Matcher } from '../matcher.ts';
import { isMicrosoftGroup } from '../microsoft-group.ts';
import { everyPort } from '../port-set.ts';
import type { AuthenticationKind, Rule } from '../profile.ts';

/** The more exact name decides, so that `device.login.…` is a device's and the rest of `*.microsoftonline.com` assets. */
const hosts: Readonly<Record<AuthenticationKind, readonly string[]>> = {
  // Where a person signs in, proves who they are, or sets a password again.
  'sign-in': [
    'login.microsoftonline.com',
    'login.microsoft.com',
    'login.windows.net',
    'login.live.com',
    'login-us.microsoftonline.com',
    'login.microsoftonline-p.com',
    'login.windows-ppe.net',
    'loginex.microsoftonline.com',
    'logincert.microsoftonline.com',
    '*.login.microsoftonline.com',
    'autologon.microsoftazuread-sso.com',
    '*.auth.microsoft.com',
    '*.msftidentity.com',
    '*.msidentity.com',
    'account.activedirectory.windowsazure.com',
    'account.live.com',
    'accounts.accesscontrol.windows.net',
    'passwordreset.microsoftonline.com',
    'api.passwordreset.microsoftonline.com',
    // The clouds of the United States government and of China.
    'login.microsoftonline.us',
    'login.partner.microsoftonline.cn',
    'login.chinacloudapi.cn',
  ],
  // Registration and the device's own certificate: these hosts ask for a client certificate.
  device: [
    'device.login.microsoftonline.com',
    'device.login.microsoftonline.us',
    'enterpriseregistration.windows.net',
    'enterpriseregistration.microsoftonline.us',
  ],
  // Microsoft Graph, its predecessor, and the directory's own interfaces.
  graph: [
    'graph.microsoft.com',
    'graph.windows.net',
    'graph.microsoft.us',
    'dod-graph.microsoft.us',
    'microsoftgraph.chinacloudapi.cn',
    'adminwebservice.microsoftonline.com',
    'becws.microsoftonline.com',
    'companymanager.microsoftonline.com',
    'provisioningapi.microsoftonline.com',
  ],
  // What the sign-in pages load.
  assets: [
    '*.msauth.net',
    '*.msauthimages.net',
    '*.msftauth.net',
    '*.msftauthimages.net',
    '*.microsoftonline.com',
    '*.microsoftonline-p.com',
    '*.microsoftonline-p.net',
    '*.phonefactor.net',
    '*.hip.live.com',
    'auth.gfx.ms',
  ],
};

/** The whole table as written, in the order in which people think of it. */
export const authenticationPatterns: readonly {
  readonly kind: AuthenticationKind;
  readonly pattern: string;
}[] = (['sign-in', 'device', 'graph', 'assets'] as const).flatMap((kind) =>
  hosts[kind].map((pattern) => ({ kind, pattern })),
);

const entries = (Object.keys(hosts) as AuthenticationKind[])
  .flatMap((kind) => hosts[kind].map((text) => ({ kind, pattern: compileHostPattern(text) })))
  .sort((a, b) => b.pattern.literals - a.pattern.literals);

const index: HostIndex = buildHostIndex(
  entries.map(({ pattern }, rank) => ({ pattern, ports: everyPort, rank })),
);

/**
 * The kind of authentication that one of Microsoft's hosts serves, or null. An address is null: Entra ID and Graph
 * share theirs, and other services share them too.
 */
export function microsoftAuthentication(host: Host): AuthenticationKind | null {
  if (host.kind === 'address') return null;
  const rank = findHost(index, host.name, 443);
  return rank === noRank ? null : (entries[rank]?.kind ?? null);
}

/** What a rule says of its destinations comes before the table. */
export function authenticationOf(rule: Rule, host: Host): AuthenticationKind | null {
  return rule.authentication ?? microsoftAuthentication(host);
}

/** Whether the organisation's one choice for Microsoft's services holds for a destination. */
export function inMicrosoftGroup({ host, port }: Destination, matchers: readonly Matcher[]): boolean {
  return matchers.some(({ profile, match }) => {
    const found = match(host, port, 'tcp');
    return found !== null && isMicrosoftGroup(profile, found.rule);
  });
}

/**
 * Whether a destination is one of Microsoft's services, which take the address of the connection and read nothing that
 * an edge states: its authentication, and all that a profile of Microsoft 365 traffic names.
 */
export function takesPeer({ host, port }: Destination, matchers: readonly Matcher[]): boolean {
  if (microsoftAuthentication(host) !== null) return true;
  return matchers.some(
    ({ profile, match }) => profile.trafficForwardingType === 'm365' && match(host, port, 'tcp') !== null,
  );
}
