import { describe, expect, test } from 'vitest';
import { checkProof, makeHello, makeProof, readHello } from '../../../../agent/management/handshake.ts';

const nonce = (byte: number): string => Buffer.alloc(32, byte).toString('base64url');
const key = Buffer.alloc(32, 7);
const client = makeHello('opengsa', nonce(1));
const server = makeHello('opengsa-agent', nonce(2));

describe('management handshake', () => {
  test('each end accepts the other one’s proof', () => {
    checkProof(makeProof('server', key, client, server), 'server', key, client, server);
    checkProof(makeProof('client', key, client, server), 'client', key, client, server);
  });

  test.each([
    ['another key', makeProof('server', Buffer.alloc(32, 8), client, server)],
    ['the proof of the other role, sent back', makeProof('client', key, client, server)],
    ['a proof of another connection', makeProof('server', key, makeHello('opengsa', nonce(3)), server)],
  ])('%s is refused', (_, given) => {
    expect(() => checkProof(given, 'server', key, client, server)).toThrow(
      expect.objectContaining({ code: 'access-denied' }),
    );
  });

  test('a malformed proof is a bad message', () => {
    expect(() => checkProof({ type: 'proof', mac: 'short' }, 'server', key, client, server)).toThrow(
      expect.objectContaining({ code: 'bad-message' }),
    );
  });

  test('another version is named on both sides', () => {
    expect(() => readHello({ ...server, version: 9 }, 'agent')).toThrow(/version 9, this program 1/);
  });
});
