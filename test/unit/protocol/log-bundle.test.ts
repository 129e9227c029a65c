import { expect, test } from 'vitest';
import { logBundlePartNames, logBundleWords, parseLogBundle } from '../../../protocol/log-bundle.ts';
import { exampleStatus } from '../../support/example-status.ts';

const bare = {
  ...{ version: 1, createdAt: '2026-11-23T08:00:00.000Z', redacted: true },
  ...{ product: { version: '1', node: 'v24', platform: 'linux' } },
  ...{ hidden: [], hiddenAddresses: [], removedSecrets: 0, leftOut: [] },
};

test('a bundle without any part opens', () => {
  expect(parseLogBundle(bare, 'x')).toEqual(bare);
  expect(logBundlePartNames).toHaveLength(11);
});

test('what a later version of the same format adds is passed over', () => {
  expect(parseLogBundle({ ...bare, weather: 1 }, 'x')).toEqual(bare);
});

test('a newer format says which program reads it', () => {
  expect(() => parseLogBundle({ version: 2 }, 'a.json.gz')).toThrow(
    /^a\.json\.gz: version: is 2, and this program reads 1; open it with a newer one$/,
  );
});

test('a fault is named by its path', () => {
  const status = { ...exampleStatus(), revision: 'x' };
  expect(() => parseLogBundle({ ...bare, status }, 'a.json.gz')).toThrow(/^a\.json\.gz: status\.revision: /);
  expect(() => parseLogBundle([], 'a.json.gz')).toThrow(/^a\.json\.gz: \(top level\): /);
});

test('its words are those of the closed lists', () => {
  expect(
    ['tunnel', 'connected', 'http/1.1', 'agent.yaml', 'ranges'].every((w) => logBundleWords.has(w)),
  ).toBe(true);
  expect(logBundleWords.has('laptop-1')).toBe(false);
});
