import { expect, test } from 'vitest';
import { makeBundle, previewOf } from '../../../../agent/core/log-bundle.ts';
import { logBundlePartNames, logPreview, parseLogBundle } from '../../../../protocol/log-bundle.ts';
import { exampleKnowledge, exampleParts } from '../../../support/example-bundle.ts';

const collected = {
  found: exampleParts(),
  leftOut: [
    { part: 'health' as const, reason: 'late' },
    { part: 'hostnames' as const, reason: 'broken' },
  ],
  knowledge: exampleKnowledge(),
};
const wish = {
  ...{ redact: true, createdAt: '2026-11-23T08:00:00.000Z', maxBytes: 1_000_000 },
  product: { version: '1', node: 'v24', platform: 'linux' },
};

test('a bundle says what it is, what it hides and what it lacks', () => {
  const bundle = makeBundle(collected, { ...wish, parts: logBundlePartNames });
  expect(parseLogBundle(JSON.parse(JSON.stringify(bundle)), 'bundle')).toEqual(
    JSON.parse(JSON.stringify(bundle)),
  );
  expect(bundle).toMatchObject({ version: 1, redacted: true, leftOut: collected.leftOut });
  expect(bundle.hidden.length).toBeGreaterThan(3);
  const some = makeBundle(collected, { ...wish, parts: ['health', 'log'] });
  expect(some.leftOut).toEqual([{ part: 'health', reason: 'late' }]);
  expect(some.flows).toBeUndefined();
});

test('the preview counts what the bundle holds and hides', () => {
  const preview = logPreview.parse(previewOf(collected));
  const bundle = makeBundle(collected, { ...wish, parts: logBundlePartNames });
  const secrets = preview.parts.reduce((sum, { removedSecrets }) => sum + removedSecrets, 0);
  expect(secrets).toBe(bundle.removedSecrets);
  expect(preview.parts.map(({ name }) => name)).toEqual([
    ...['status', 'flows', 'locations', 'machine', 'configuration', 'log'],
  ]);
});
