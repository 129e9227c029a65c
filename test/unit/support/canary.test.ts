// The search for secrets finds them as programs write them, and nothing else.
import { expect, test } from 'vitest';
import { canary, secretsIn, spellings } from '../../support/canary.ts';

const secret = canary('test?/+');
const bytes = Buffer.from(secret);

test.each([
  ['plain', `token=${secret};`],
  ['percent-encoded', `?code=${encodeURIComponent(secret)}&state=1`],
  ['as hex', `0x${bytes.toString('hex')}`],
  ['as hex in capitals', bytes.toString('hex').toUpperCase()],
  ['in base64', bytes.toString('base64')],
  ['in base64url', bytes.toString('base64url')],
  ['in base64 with a user before it', Buffer.from(`u:${secret}`).toString('base64')],
  ['in base64 with a longer user', Buffer.from(`us:${secret}!`).toString('base64')],
  ['within JSON in base64url', Buffer.from(JSON.stringify({ iss: 'x', jti: secret })).toString('base64url')],
  ['one byte further', Buffer.from(JSON.stringify({ iss: 'xy', jti: secret })).toString('base64url')],
  ['two bytes further', Buffer.from(JSON.stringify({ iss: 'xyz', jti: secret })).toString('base64url')],
])('%s', (_what, text) => {
  expect(secretsIn(text, { secret })).not.toEqual([]);
});

test('a text without it is clean, and no spelling is short enough to be there by chance', () => {
  const text = `${canary('test?/+')} ${Buffer.from(canary('test?/+')).toString('base64')}`;
  expect(secretsIn(text, { secret })).toEqual([]);
  for (const spelt of spellings(secret)) expect(spelt.length).toBeGreaterThan(40);
});
