import { expect, test } from 'vitest';
import { previewBundle } from '../../../../agent/core/bundle-preview.ts';
import { exampleFlow } from '../../../support/example-bundle.ts';

test('each part tells its entries, its size and the beginning of some', () => {
  const flows = [1, 2, 3].map((id) => exampleFlow({ id, reason: 'x'.repeat(400) }));
  const hidden = [{ kind: 'address' as const, values: 1, occurrences: 3 }];
  const { parts, leftOut } = previewBundle({
    parts: { flows },
    leftOut: [{ part: 'log', reason: 'none' }],
    tally: new Map([['flows', { hidden, removedSecrets: 2 }]]),
  });
  expect(parts).toMatchObject([{ name: 'flows', title: 'Traffic', entries: 3, hidden, removedSecrets: 2 }]);
  expect(parts[0]?.bytes).toBe(JSON.stringify(flows).length);
  expect(parts[0]?.samples.map((text) => text.length)).toEqual([161, 161]);
  expect(leftOut).toEqual([{ part: 'log', reason: 'none' }]);
});
