// The destinations whose prediction is always shown: the organisation's own, and one of each Microsoft service.
import { type Destination, parseHost } from '../../protocol/destination.ts';
import type { CustomRule } from './custom-profile.ts';

export type WatchedDestination = {
  /** As a sentence names it. */
  readonly label: string;
  /** As a table names it. */
  readonly shown: string;
  /** One that stands for all that the label means. */
  readonly sample: Destination;
  readonly group: 'Sign-in' | 'Graph' | 'Exchange' | 'SharePoint' | null;
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
  const custom = rules.flatMap((rule) => {
    const port = Number(rule.ports[0]?.split('-')[0] ?? 443);
    return rule.destinations.flatMap((pattern) => watched(pattern, pattern, port, null));
  });
  const shared = microsoft.flatMap(([label, pattern, group]) => watched(label, pattern, 443, group));
  return [...custom.slice(0, mostCustom), ...(withMicrosoft ? shared : [])];
}

function watched(
  label: string,
  pattern: string,
  port: number,
  group: WatchedDestination['group'],
): readonly WatchedDestination[] {
  // For a pattern, any name that it matches; for a prefix, its first address.
  const host = parseHost(pattern.replaceAll('*', 'any').replace(/\/\d+$/, ''));
  return host === null ? [] : [{ label, shown: pattern, sample: { host, port }, group }];
}
