import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecentLines } from '../../../../agent/core/recent-lines.ts';
import type { LogLine } from '../../../../protocol/log-bundle.ts';

const line = (message: string): LogLine => ({
  ...{ time: '2026-11-23T08:00:00.000Z', level: 'info' },
  ...{ message, fields: {} },
});

test('what is kept is the newest end of what was added, within both limits (property)', () => {
  const limits = { lines: 5, bytes: 600 };
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 150 }), { maxLength: 40 }), (messages) => {
      const recent = createRecentLines(limits);
      messages.forEach((message) => recent.add(line(message)));
      const kept = recent.list();
      expect(kept.length).toBeLessThanOrEqual(limits.lines);
      expect(Buffer.byteLength(kept.map((one) => JSON.stringify(one)).join(''))).toBeLessThanOrEqual(600);
      expect(kept.map(({ message }) => message)).toEqual(messages.slice(messages.length - kept.length));
    }),
    { seed: 7, numRuns: 100 },
  );
});

test('one line beyond every limit is not kept, and drops no other', () => {
  const recent = createRecentLines({ lines: 5, bytes: 200 });
  recent.add(line('small'));
  recent.add(line('x'.repeat(500)));
  expect(recent.list().map(({ message }) => message)).toEqual(['small']);
});
