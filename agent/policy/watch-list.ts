// The destinations whose prediction is shown: always the organisation's own and one of each Microsoft service, and when
// asked, the whole table of authentication.
import { type Destination, formatDestination, parseHost } from '../../protocol/destination.ts';
import type { Matcher } from '../../protocol/matcher.ts';
import type { MicrosoftGroup } from '../../protocol/seen-as.ts';
import { authenticationPatterns } from '../../protocol/profiles/authentication.ts';
import type { CustomRule } from './custom-profile.ts';

export type WatchedDestination = {
  /** As a sentence names it. */
  readonly label: string;
  /** As a table names it. */
  readonly shown: string;
  /** One that stands for all that the label means. */
  readonly sample: Destination;
  readonly origin: 'organisation' | 'microsoft' | 'asked';
  readonly group: MicrosoftGroup | null;
};

/** More would not be read; the rest is asked for by name. */
const mostCustom = 20;

/** Hosts of the published endpoint list that every tenant uses; a tenant's own name is not known here. */
const microsoft = [
  ['Entra ID', 'login.microsoftonline.com', 'Sign-in'],
  ['Graph', 'graph.microsoft.com', 'Graph'],
  ['Exchange', 'outlook.office365.com', 'Exchange'],
  ['SharePoint', '*.sharepoint.com', 'SharePoint'],
] as const;

export function watchList(
  rules: readonly CustomRule[],
  withMicrosoft: boolean,
): readonly WatchedDestination[] {
  return [...customDestinations(rules).slice(0, mostCustom), ...(withMicrosoft ? microsoftServices : [])];
}

/**
 * Every destination of the organisation's own, one of each Microsoft service, and each host of the table of
 * authentication that an enabled profile names.
 */
export function wholeList(
  rules: readonly CustomRule[],
  matchers: readonly Matcher[],
): readonly WatchedDestination[] {
  const isNamed = ({ sample: { host, port } }: WatchedDestination): boolean =>
    matchers.some((matcher) => matcher.match(host, port, 'tcp') !== null);
  const table = authenticationPatterns.flatMap(({ pattern }) =>
    watched(pattern, pattern, 443, 'microsoft', null),
  );
  const all = [...customDestinations(rules), ...[...microsoftServices, ...table].filter(isNamed)];
  // The first that stands for a destination: a service before the host that is its sample.
  const first = new Map(all.toReversed().map((one) => [formatDestination(one.sample), one]));
  return all.filter((one) => first.get(formatDestination(one.sample)) === one);
}

function customDestinations(rules: readonly CustomRule[]): readonly WatchedDestination[] {
  return rules.flatMap((rule) => {
    const port = Number(rule.ports[0]?.split('-')[0] ?? 443);
    return rule.destinations.flatMap((pattern) => watched(pattern, pattern, port, 'organisation', null));
  });
}

function watched(
  label: string,
  pattern: string,
  port: number,
  origin: WatchedDestination['origin'],
  group: WatchedDestination['group'],
): readonly WatchedDestination[] {
  // For a pattern, any name that it matches; for a prefix, its first address.
  const host = parseHost(pattern.replaceAll('*', 'any').replace(/\/\d+$/, ''));
  return host === null ? [] : [{ label, shown: pattern, sample: { host, port }, origin, group }];
}

const microsoftServices = microsoft.flatMap(([label, pattern, group]) =>
  watched(label, pattern, 443, 'microsoft', group),
);
