import { expect, test } from 'vitest';
import { check, failed, notApplicable, ok, unknown, warning } from '../../../../agent/core/health-check.ts';
import { collected } from '../../../support/health-facts.ts';

const definition = check('profiles', {
  needs: ['profiles', 'network'],
  judge: ({ profiles, network }, words, language) =>
    ok(`${profiles.length} ${network.addresses.length} ${language} ${words.title}`),
});

test('a check sees the facts that it needs, and its own words', () => {
  expect(definition.judge(collected(), 'en')).toEqual(ok('1 1 en The traffic profiles can be read'));
  expect(definition.judge(collected(), 'de')).toEqual(ok('1 1 de Die Datenverkehrsprofile sind lesbar'));
  expect(definition.after).toEqual([]);
});

test('one that is unknown makes it unknown before it judges', () => {
  const facts = {
    ...collected(),
    network: { kind: 'unknown', reason: 'no netlink', durationMs: 0 },
  } as const;
  expect(definition.judge(facts, 'en')).toEqual(unknown('no netlink'));
});

test('a verdict to act on carries a remedy, others none', () => {
  expect([failed('a', 'b'), warning('a', 'b')].map(({ remedy }) => remedy)).toEqual(['b', 'b']);
  expect([ok('a'), notApplicable('a'), unknown('a')].map(({ remedy }) => remedy)).toEqual([null, null, null]);
});
