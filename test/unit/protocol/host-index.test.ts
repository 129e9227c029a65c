// The suffix index: the smallest rank among all patterns that match, clashes of hashes included.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildHostIndex, findHost, noRank } from '../../../protocol/host-index.ts';
import { compileHostPattern } from '../../../protocol/host-pattern.ts';
import { compilePorts } from '../../../protocol/port-set.ts';

function indexOf(...patterns: readonly (readonly [pattern: string, port: string])[]) {
  return buildHostIndex(
    patterns.map(([pattern, port], rank) => ({
      pattern: compileHostPattern(pattern),
      ports: compilePorts([port]),
      rank,
    })),
  );
}

describe('a host index', () => {
  it('answers with the smallest rank, wherever in the name its suffix lies', () => {
    expect(findHost(indexOf(['*.b.c', '443'], ['a.b.c', '443']), 'a.b.c', 443)).toBe(0);
    expect(findHost(indexOf(['a.b.c', '443'], ['*.b.c', '443']), 'a.b.c', 443)).toBe(0);
    expect(findHost(indexOf(['*.c', '443'], ['*.b.c', '443'], ['*', '443']), 'a.b.c', 443)).toBe(0);
    expect(findHost(indexOf(['*', '443'], ['a.b.c', '443']), 'a.b.c', 443)).toBe(0);
  });

  it('passes over an entry whose ports do not hold the port', () => {
    const index = indexOf(['a.b', '25'], ['a.b', '443'], ['*', '25']);
    expect(findHost(index, 'a.b', 443)).toBe(1);
    expect(findHost(index, 'a.b', 80)).toBe(noRank);
    expect(findHost(index, 'b.b', 25)).toBe(2);
  });

  it('keeps names and their parents apart', () => {
    const index = indexOf(['b.c', '443'], ['*.b.c', '443']);
    expect(findHost(index, 'b.c', 443)).toBe(0);
    expect(findHost(index, 'a.b.c', 443)).toBe(1);
    expect(findHost(index, 'ab.c', 443)).toBe(noRank);
    expect(findHost(index, 'c', 443)).toBe(noRank);
  });

  it('agrees with comparing every pattern', () => {
    const label = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b');
    const pattern = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const name = fc
      .array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 5 })
      .map((labels) => labels.join('.'));
    const port = fc.constantFrom('80', '443');
    fc.assert(
      fc.property(fc.array(fc.tuple(pattern, port), { maxLength: 12 }), name, (patterns, n) => {
        const first = patterns.findIndex(([p, on]) => on === '443' && compileHostPattern(p).matches(n));
        expect(findHost(indexOf(...patterns), n, 443)).toBe(first === -1 ? noRank : first);
      }),
      { numRuns: 2000 },
    );
  });
});
