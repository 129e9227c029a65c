// Which words may be challenges, and how they are given back.
import { expect, test } from 'vitest';
import { isPortalChallenge, portalResponse } from '../../../protocol/portal-check.ts';

test.each(['0123456789abcdef', 'A-b_'.repeat(16)])('%j may be a challenge', (text) => {
  expect(isPortalChallenge(text)).toBe(true);
});

test.each([
  '',
  'short',
  'a'.repeat(65),
  '0123456789abcde\r',
  '0123456789abcdef\n',
  '<b>0123456789abcdef',
  'ä'.repeat(16),
])('%j may not', (text) => {
  expect(isPortalChallenge(text)).toBe(false);
});

test('the answer is not the challenge itself, which a portal may repeat with all fields of a request', () => {
  expect(portalResponse('0123456789abcdef')).toBe('response 0123456789abcdef');
});
