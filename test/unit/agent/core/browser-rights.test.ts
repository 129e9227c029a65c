// What a page in the browser is not allowed.
import { expect, test } from 'vitest';
import { refusedInBrowser } from '../../../../agent/core/browser-rights.ts';

test('connections are not closed', () => {
  expect(refusedInBrowser('connections.close', {})).toMatch(/not closed from a browser/);
});

test.each([{ redact: false }, {}, null, 'redact', { redact: 'true' }])(
  'logs are not collected with %j',
  (params) => {
    expect(refusedInBrowser('bundle.save', params)).toMatch(/unredacted logs/);
  },
);

test.each([
  ['bundle.save', { redact: true }],
  ['pause', { minutes: 5 }],
  ['profile.set', {}],
  ['connections.older', {}],
])('%s %j is allowed', (call, params) => {
  expect(refusedInBrowser(call, params)).toBeNull();
});
