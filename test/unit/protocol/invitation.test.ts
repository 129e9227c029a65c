import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatInvitation,
  holdsInvitation,
  type Invitation,
  invitationMaxText,
  isOneTime,
  parseInvitation,
} from '../../../protocol/invitation.ts';

const invitation: Invitation = {
  url: 'https://edge.contoso.test:8444',
  addresses: ['192.0.2.1', '2001:db8::1'],
  secret: 'A'.repeat(43),
  authority: '-_'.repeat(21) + '0',
  expiresAt: '2026-06-02T12:00:00.000Z',
};
const text = formatInvitation(invitation);

const bytes32 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));
const anyInvitation = fc
  .record(
    {
      url: fc.webAuthority().map(() => 'https://edge.contoso.test:8444'),
      addresses: fc.array(fc.ipV4(), { minLength: 1, maxLength: 8 }),
      secret: bytes32,
      authority: bytes32,
      expiresAt: fc
        .date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
    },
    { requiredKeys: ['url', 'secret', 'authority', 'expiresAt'] },
  )
  .map((value) => value as Invitation);

test('what was written is read', () => {
  fc.assert(
    fc.property(anyInvitation, (value) => {
      expect(parseInvitation(formatInvitation(value))).toEqual(value);
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('words around it and line breaks in it do no harm', () => {
  const wrapped = text.replaceAll(/.{1,60}/g, '$&\r\n');
  expect(parseInvitation(`Hello,\nhere is your invitation:\n\n  ${wrapped}\nKind regards, IT.\n`)).toEqual(
    invitation,
  );
});

test('any one damaged character is noticed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 'opengsa1_'.length, max: text.length - 1 }),
      fc.constantFrom('A', 'B', 'x', 'y', '0', '9', '-', '_', '.', 'f'),
      (at, character) => {
        fc.pre(text[at] !== character && text[at] !== '.');
        expect(() => parseInvitation(text.slice(0, at) + character + text.slice(at + 1))).toThrow(
          /^invitation: /,
        );
      },
    ),
    { numRuns: 500, seed: 2 },
  );
});

test('no text makes it fail otherwise, or repeats what it was given', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (noise) => {
      expect(() => parseInvitation(`opengsa1_${noise}`)).toThrow(
        expect.objectContaining({ code: 'bad-message' }) as Error,
      );
    }),
    { numRuns: 500, seed: 3 },
  );
});

describe('what is wrong is said', () => {
  test.each([
    ['', 'there is none in this text; it begins with opengsa1_'],
    ['https://edge.contoso.test', 'there is none in this text'],
    [text.slice(0, -1), 'it is cut off; copy all of it'],
    [text.slice(0, 80), 'it is cut off'],
    [text.replace(/.\./, '.'), 'it was damaged on the way'],
    ['x'.repeat(invitationMaxText + 1), 'longer than 64 KiB'],
  ])('%#', (given, message) => {
    expect(() => parseInvitation(given)).toThrow(`invitation: ${message}`);
  });

  test('a whole one that leads somewhere else than HTTPS is refused', () => {
    expect(() => formatInvitation({ ...invitation, url: 'http://edge.contoso.test' })).toThrow(/url/);
  });
});

test('without a secret it says where to enrol and whom to trust, and no more', () => {
  const { url, authority } = invitation;
  const open = formatInvitation({ url, authority });
  expect(parseInvitation(`Sign in with this:\n${open}\n`)).toEqual({ url, authority });
  expect([isOneTime(parseInvitation(open)), isOneTime(parseInvitation(text))]).toEqual([false, true]);
  // Half of a secret invitation is none of either kind.
  expect(() => formatInvitation({ url, authority, secret: 'A'.repeat(43) })).toThrow();
});

test('a prompt knows when it has all of it', () => {
  expect([holdsInvitation(text), holdsInvitation(text.slice(0, -1)), holdsInvitation('hello')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('a long text without end is judged at once', () => {
  const began = performance.now();
  expect(holdsInvitation(`opengsa1_${'A '.repeat(30_000)}`)).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
});
