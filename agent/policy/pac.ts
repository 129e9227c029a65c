// The PAC file: the enabled profiles as the script that browsers and systems ask where a request goes.
import { type Host, formatHost } from '../../protocol/destination.ts';
import { type RankedDestination, rankDestinations } from '../../protocol/matcher.ts';
import type { Profile } from '../../protocol/profile.ts';
import { ruleVerdict } from './decision.ts';
import { pacScript } from './pac-script.ts';

export type PacInputs = {
  /** The enabled profiles, the smallest priority first. */
  readonly profiles: readonly Profile[];
  /** Where the HTTP proxy listens, as `127.0.0.1:8088`. */
  readonly proxy: string;
  /** The agent's own edge and witness: they go direct. */
  readonly ownHosts: readonly Host[];
};

/** `[rank, port list, outcome]`, and for globs and blocks the target. */
type Entry = readonly [rank: number, ports: number, outcome: number];

/** What `FindProxyForURL` answers, by outcome. Where traffic may not leave by itself, nothing stands behind the proxy. */
const outcomes = { direct: 0, proxyOrDirect: 1, proxyOnly: 2 } as const;

/**
 * The text of the PAC file, in ASCII. It resolves no names, so address rules apply to literal addresses only.
 * What it sends to the proxy is decided there once more, with all that the agent knows.
 */
export function renderPac({ profiles, proxy, ownHosts }: PacInputs): string {
  const ranked = profiles
    .flatMap((profile) => [...rankDestinations(profile)])
    .filter(({ match }) => match.rule.protocol === 'tcp');
  const portLists = [...new Set(ranked.map(portsText))];
  const entries = ranked.map((destination, rank) => {
    const entry: Entry = [rank, portLists.indexOf(portsText(destination)), outcomeOf(destination)];
    return { entry, target: destination.target };
  });
  return [
    '// Where requests go, by the traffic profile. Made by OpenGSA; changes here are lost.',
    `var proxyAnswers = ${JSON.stringify(['DIRECT', `PROXY ${proxy}; DIRECT`, `PROXY ${proxy}`])};`,
    `var ownHosts = ${toObject(ownHosts.map((host) => [pacHost(host), 'true']))};`,
    `var portLists = [${portLists.join(',')}];`,
    `var exactNames = ${groupEntries(entries, 'exact')};`,
    `var namesBelow = ${groupEntries(entries, 'below')};`,
    `var globs = ${toArray(entries.flatMap(globText))};`,
    `var blocks = ${toArray(entries.flatMap(blockText))};`,
    pacScript.trim(),
    '',
  ].join('\n');
}

function outcomeOf({ match }: RankedDestination): number {
  if (ruleVerdict(match).action === 'bypass') return outcomes.direct;
  return match.rule.clientFallbackAction === 'block' ? outcomes.proxyOnly : outcomes.proxyOrDirect;
}

function portsText({ ports }: RankedDestination): string {
  return `[${ports.join(',')}]`;
}

/** As the script writes a host: the bytes of an address, joined by dots. */
function pacHost(host: Host): string {
  return host.kind === 'address' ? host.address.bytes.join('.') : formatHost(host);
}

type Listed = { readonly entry: Entry; readonly target: RankedDestination['target'] };

function groupEntries(listed: readonly Listed[], kind: 'exact' | 'below'): string {
  const groups = new Map<string, string[]>();
  for (const { entry, target } of listed) {
    if (target.kind !== 'name' || target.pattern.kind !== kind) continue;
    const { suffix } = target.pattern;
    groups.set(suffix, [...(groups.get(suffix) ?? []), JSON.stringify(entry)]);
  }
  return toObject([...groups].map(([suffix, texts]) => [suffix, `[${texts.join(',')}]`]));
}

function globText({ entry, target }: Listed): readonly string[] {
  if (target.kind !== 'name' || target.pattern.kind !== 'glob') return [];
  return [`[${entry.join(',')},/${globExpression(target.pattern.text)}/]`];
}

/** Names have no empty labels, so `.+` before a dot is one or more whole labels. */
function globExpression(pattern: string): string {
  const labels = pattern.split('.').map((label, i) => {
    if (label === '*') return i === 0 ? '.+' : '[^.]+';
    return label.replaceAll(/\*+/g, '.*');
  });
  return `^${labels.join('\\.')}$`;
}

function blockText({ entry, target }: Listed): readonly string[] {
  if (target.kind !== 'block') return [];
  return [`[${entry.join(',')},[${target.block.bytes.join(',')}],${target.block.length}]`];
}

function toObject(members: readonly (readonly [key: string, value: string])[]): string {
  return `{\n${members.map(([key, value]) => `  ${JSON.stringify(`$${key}`)}: ${value}`).join(',\n')}\n}`;
}

function toArray(items: readonly string[]): string {
  return `[\n${items.map((item) => `  ${item}`).join(',\n')}\n]`;
}
