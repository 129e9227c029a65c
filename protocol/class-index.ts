// A table of classes made ready for decisions: the first entry that matches a destination.
import { parsePrefix } from './address.ts';
import type { Destination } from './destination.ts';
import { OpenGsaError } from './error.ts';
import { type HostEntry, buildHostIndex, findHost, noRank } from './host-index.ts';
import { compileHostPattern } from './host-pattern.ts';
import { compilePorts, everyPort } from './port-set.ts';
import { type PrefixEntry, blockOfPrefix, buildPrefixTrie, findPrefix } from './prefix-trie.ts';
import { hostPatternText } from './profile.ts';

/** `match` is a host pattern or a prefix; no `ports` means every port. */
export type ClassEntry = { readonly match: string; readonly ports?: readonly number[] | undefined };

export type ClassIndex<T extends ClassEntry> = { readonly find: (destination: Destination) => T | null };

/** Whether `text` can stand as `match`. */
export function isClassMatch(text: string): boolean {
  return parsePrefix(text) !== null || hostPatternText.safeParse(text).success;
}

/** @throws OpenGsaError `bad-config` for an entry whose `match` is neither a host pattern nor a prefix */
export function compileClasses<T extends ClassEntry>(entries: readonly T[]): ClassIndex<T> {
  const names: HostEntry[] = [];
  const blocks: PrefixEntry[] = [];
  entries.forEach((entry, rank) => {
    if (!isClassMatch(entry.match)) {
      throw new OpenGsaError(
        'bad-config',
        `classes[${rank}].match: ${entry.match} is no host pattern or prefix`,
      );
    }
    const ports = entry.ports === undefined ? everyPort : compilePorts(entry.ports.map(String));
    const prefix = parsePrefix(entry.match);
    if (prefix !== null) blocks.push({ block: blockOfPrefix(prefix), ports, rank });
    else names.push({ pattern: compileHostPattern(entry.match), ports, rank });
  });
  const nameIndex = buildHostIndex(names);
  const trie = buildPrefixTrie(blocks);
  return {
    find: ({ host, port }) => {
      const rank =
        host.kind === 'name' ? findHost(nameIndex, host.name, port) : findPrefix(trie, host.address, port);
      return rank === noRank ? null : (entries[rank] ?? null);
    },
  };
}
