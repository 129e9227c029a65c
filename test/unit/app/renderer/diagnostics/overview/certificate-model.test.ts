// A certificate's age in whole days, and from when it needs a look.
import { expect, test } from 'vitest';
import { certificateAge } from '../../../../../../app/renderer/diagnostics/overview/certificate-model.ts';

const expiresAt = '2026-12-31T00:00:00.000Z';
const daysBefore = (days: number): number => Date.parse(expiresAt) - days * 86_400_000;

test.each([
  [30, 30, false],
  [14, 14, false],
  [13.9, 13, true],
  [0, 0, true],
  [-0.1, -1, true],
])('%d days before', (days, daysLeft, needsLook) => {
  expect(certificateAge(expiresAt, daysBefore(days))).toEqual({ daysLeft, needsLook });
});
