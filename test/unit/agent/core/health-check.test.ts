import { expect, test } from 'vitest';
import { check, failed, notApplicable, ok, unknown, warning } from '../../../../agent/core/health-check.ts';
import { collected } from '../../../support/health-facts.ts';

const definition = check({
  title: 'Profiles',
  why: 'because',
  needs: ['profiles', 'network'],
  judge: ({ profiles, network }) => ok(`${profiles.length} ${network.addresses.length}`),
});

test('a check sees the facts that it needs', () => {
  expect(definition.judge(collected())).toEqual(ok('1 1'));
  expect(definition.after).toEqual([]);
});

test('one that is unknown makes it unknown before it judges', () => {
  const facts = {
    ...collected(),
    network: { kind: 'unknown', reason: 'no netlink', durationMs: 0 },
  } as const;
  expect(definition.judge(facts)).toEqual(unknown('no netlink'));
});

test('a verdict to act on carries a remedy, others none', () => {
  expect([failed('a', 'b'), warning('a', 'b')].map(({ remedy }) => remedy)).toEqual(['b', 'b']);
  expect([ok('a'), notApplicable('a'), unknown('a')].map(({ remedy }) => remedy)).toEqual([null, null, null]);
});
