import { expect, test } from 'vitest';
import { previewOf } from '../../../../agent/core/log-bundle.ts';
import { bundleChoice, foundLines } from '../../../../app/shared/bundle-choice.ts';
import { exampleKnowledge, exampleParts } from '../../../support/example-bundle.ts';

const preview = previewOf({ found: exampleParts(), leftOut: [], knowledge: exampleKnowledge() });

test('a part that is not chosen is neither named nor counted', () => {
  const all = bundleChoice(preview, new Set());
  const some = bundleChoice(preview, new Set(['log', 'flows']));
  expect(all.parts).toEqual(preview.parts.map(({ name }) => name));
  expect(some.parts).toEqual(all.parts.filter((name) => name !== 'log' && name !== 'flows'));
  expect(some.bytes).toBeLessThan(all.bytes);
  const count = (choice: typeof all): number =>
    choice.personal.reduce((sum, { occurrences }) => sum + occurrences, 0);
  expect(count(some)).toBeLessThan(count(all));
  expect(all.personal.map(({ occurrences }) => occurrences)).toEqual(
    all.personal.map(({ occurrences }) => occurrences).toSorted((a, b) => b - a),
  );
});

test('log lines are found by all of the words, wherever they stand, the newest first', () => {
  const line = (message: string, fields = {}) => ({
    ...{ time: '2026-11-27T09:41:20.000Z', level: 'warn' as const, message, fields },
  });
  const lines = [line('tunnel lost'), line('flow refused', { host: 'Wiki.test' }), line('tunnel up')];
  expect(foundLines(lines, '').map(({ message }) => message)).toEqual([
    ...['tunnel up', 'flow refused', 'tunnel lost'],
  ]);
  expect(foundLines(lines, ' TUNNEL  warn lost ').map(({ message }) => message)).toEqual(['tunnel lost']);
  expect(foundLines(lines, 'wiki.TEST').map(({ message }) => message)).toEqual(['flow refused']);
});
