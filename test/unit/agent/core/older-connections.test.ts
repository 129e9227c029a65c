// Which connections go past the agent: not its own, not the captured ones, not those of this machine's servers.
import { expect, test } from 'vitest';
import { olderConnections } from '../../../../agent/core/older-connections.ts';
import type { SocketEntry, SocketState } from '../../../../agent/core/proc-net.ts';
import { parseAuthority } from '../../../../protocol/destination.ts';

let inodes = 100;

function socket(local: string, remote: string, changes: Partial<SocketEntry> = {}): SocketEntry {
  const end = (text: string) => {
    const [address, port] = text.split(' ');
    const host = parseAuthority(
      `${address?.includes(':') === true ? `[${address}]` : (address ?? '')}:443`,
    )?.host;
    if (host?.kind !== 'address') throw new Error(text);
    return { address: host.address, port: Number(port) };
  };
  return {
    ...{ local: end(local), remote: end(remote), state: 'established', uid: 1000, inode: ++inodes },
    ...changes,
  };
}

const question = {
  ownInodes: new Set([1, 2]),
  wouldCapture: ({ text }: { text: string }, port: number) =>
    (text.startsWith('198.51.100.') || text === '2001:db8::80' || text === '6.6.0.1') && port === 443,
};

const older = (...sockets: SocketEntry[]) =>
  olderConnections(sockets, question).map(({ local }) => local.port);

test('an open connection to where capture would take it is older', () => {
  expect(
    older(
      socket('203.0.113.7 40001', '198.51.100.80 443'),
      socket('2001:db8::7 40002', '2001:db8::80 443'),
      socket('203.0.113.7 40003', '198.51.100.80 22'),
      socket('203.0.113.7 40004', '192.0.2.1 443'),
    ),
  ).toEqual([40_001, 40_002]);
});

test.each<SocketState>(['syn-sent', 'time-wait', 'close-wait', 'listen'])(
  'one in state %s is not',
  (state) => {
    expect(older(socket('203.0.113.7 40001', '198.51.100.80 443', { state }))).toEqual([]);
  },
);

test('one that no process holds is not', () => {
  expect(older(socket('203.0.113.7 40001', '198.51.100.80 443', { inode: 0 }))).toEqual([]);
});

test("the agent's own is not, whatever its account", () => {
  expect(older(socket('203.0.113.7 40001', '198.51.100.80 443', { inode: 1 }))).toEqual([]);
});

test('one that the agent has at its other end is not', () => {
  expect(
    older(
      socket('203.0.113.7 40001', '6.6.0.1 443'),
      socket('127.1.0.1 50443', '203.0.113.7 40001', { inode: 2 }),
      socket('203.0.113.7 40002', '6.6.0.1 443'),
    ),
  ).toEqual([40_002]);
});

test.each(['0.0.0.0 8443', '203.0.113.7 8443', ':: 8443'])('one that came to a server at %s is not', (at) => {
  const listener = socket(at, at.startsWith(':') ? ':: 0' : '0.0.0.0 0', { state: 'listen' });
  expect(older(listener, socket('203.0.113.7 8443', '198.51.100.80 443'))).toEqual([]);
});
