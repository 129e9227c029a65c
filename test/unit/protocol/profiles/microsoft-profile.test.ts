// The built-in Microsoft profile: what it acquires, what it leaves alone, and that its file can be made again.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importEndpointList } from '../../../../protocol/profiles/endpoint-list.ts';
import { renderMicrosoftProfile } from '../../../../protocol/profiles/microsoft-profile.ts';
import { formatProfile } from '../../../../agent/policy/profile-text.ts';
import { parseAuthority } from '../../../../protocol/destination.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';
import { parseProfile } from '../../../../protocol/profile.ts';
import { publishedListsPresent, readPublished } from '../../../support/published-lists.ts';

const text = readFileSync(new URL('../../../../assets/profiles/microsoft.json', import.meta.url), 'utf8');
const profile = parseProfile(JSON.parse(text), 'microsoft.json');
const matcher = compileProfile(profile);

function ruleOf(authority: string, protocol: 'tcp' | 'udp' = 'tcp') {
  const { host, port } = parseAuthority(authority)!;
  const match = matcher.match(host, port, protocol);
  return match === null
    ? null
    : [match.policy.name, match.rule.action, match.rule.clientFallbackAction].join(', ');
}

describe('the built-in Microsoft profile', () => {
  it('has the policies of the Microsoft traffic profile, in their order', () => {
    expect(profile.policies.map(({ name }) => name)).toEqual([
      'Exchange Online',
      'SharePoint Online and OneDrive',
      'Microsoft Teams',
      'Microsoft 365 Common and Office Online',
      'Entra ID and Graph',
    ]);
    expect(profile).toMatchObject({
      trafficForwardingType: 'm365',
      priority: 100,
      state: 'enabled',
      version: '2025-12-01',
    });
  });

  it('lets new sign-ins and Graph fail without a tunnel, and everything else leave directly', () => {
    expect(ruleOf('login.microsoftonline.com:443')).toBe('Entra ID and Graph, forward, block');
    expect(ruleOf('graph.microsoft.com:443')).toBe('Entra ID and Graph, forward, block');
    expect(ruleOf('20.190.128.1:443')).toBe('Entra ID and Graph, forward, block');
    expect(ruleOf('device.login.microsoftonline.com:443')).toBe('Entra ID and Graph, forward, bypass');
    expect(ruleOf('enterpriseregistration.windows.net:443')).toBe('Entra ID and Graph, forward, bypass');
    expect(ruleOf('aadcdn.msauth.net:443')).toBe('Entra ID and Graph, forward, bypass');
    expect(ruleOf('outlook.office.com:443')).toBe('Exchange Online, forward, bypass');
    expect(ruleOf('contoso.sharepoint.com:443')).toBe('SharePoint Online and OneDrive, forward, bypass');
    expect(ruleOf('teams.microsoft.com:443')).toBe('Microsoft Teams, forward, bypass');
    expect(ruleOf('x.msecnd.net:443')).toBe('Microsoft 365 Common and Office Online, forward, bypass');
  });

  it('bypasses Teams media and mail protocols visibly', () => {
    expect(ruleOf('52.112.0.1:3478', 'udp')).toBe('Microsoft Teams, bypass, bypass');
    expect(ruleOf('smtp.office365.com:587')).toBe('Exchange Online, bypass, bypass');
    expect(ruleOf('contoso.mail.protection.outlook.com:25')).toBe('Exchange Online, bypass, bypass');
  });

  it.each([
    'x.globalsecureaccess.microsoft.com:443',
    'learn.microsoft.com:443',
    'x.events.data.microsoft.com:443',
    'ocsp.digicert.com:80',
    'officecdn.microsoft.com.edgesuite.net:443',
    'www.acompli.com:443',
    'sharepoint.com:443',
  ])('leaves %s alone', (authority) => {
    expect(ruleOf(authority)).toBeNull();
  });

  it.skipIf(!publishedListsPresent)('is made from the published list, byte for byte', () => {
    const list = importEndpointList(readPublished('m365-endpoints-worldwide.json'), 'list', {
      name: 'list',
      version: '2025-12-01',
    });
    expect(formatProfile(renderMicrosoftProfile(list))).toBe(text);
  });
});
