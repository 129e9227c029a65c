// The oldest Node releases that hold the HTTP/2 and TLS fixes both programs depend on.
// This file imports nothing, so that it also loads on a runtime that is too old for the rest.

type Version = readonly [major: number, minor: number, patch: number];

/** One floor per release line. A line between two of these never got the fixes; a later line has them. */
const floors: readonly Version[] = [
  [22, 23, 2],
  [24, 18, 1],
  [26, 5, 1],
];

/**
 * Why the programs do not run on this version of Node, in one line, or null where they do.
 *
 * @param version as in `process.versions.node`: `24.21.0`
 */
export function runtimeFault(version: string): string | null {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  const found: Version | null = match && [Number(match[1]), Number(match[2]), Number(match[3])];
  if (found !== null && isEnough(found)) return null;
  return (
    `Node ${version} lacks security fixes that this program needs: ` +
    `use ${floors.map((floor) => floor.join('.')).join(', ')} or a later release of these lines`
  );
}

function isEnough(found: Version): boolean {
  const floor = floors.find(([major]) => major === found[0]);
  if (floor === undefined) return found[0] > (floors.at(-1)?.[0] ?? Infinity);
  return found[1] > floor[1] || (found[1] === floor[1] && found[2] >= floor[2]);
}
