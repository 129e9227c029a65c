// Socket tables: lines of a real kernel, both byte orders, odd lines, and which socket is whose.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSocket, readSockets, socketsByPort, type SocketEntry } from '../../../../agent/core/proc-net.ts';
import { addressOfBytes, parseAddress } from '../../../../protocol/address.ts';

// As a Linux 6.18 on x86_64 printed them.
const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 0100007F:1F98 00000000:0000 0A 00000000:00000000 00:00000000 00000000   990        0 1603 1 000000008e7835a4 100 0 0 10 0                      
   1: 0100007F:D6A4 0100007F:1F98 01 00000000:00000000 02:000002F8 00000000  1001        0 34567 2 00000000d1c3a8e1 20 4 30 10 -1                    
   2: 0100007F:1F98 0100007F:D6A4 01 00000000:00000000 00:00000000 00000000   990        0 34570 1 00000000aa2f0f11 20 4 29 10 -1                    
   3: 0200630A:D6A4 01000606:01BB 01 00000000:00000000 00:00000000 00000000  1002        0 34580 1 00000000aa2f0f12 20 4 29 10 -1                    
   4: 0100007F:C350 0100007F:1F98 06 00000000:00000000 03:000016F6 00000000     0        0 0 3 00000000c9ba8a2b                                      
`;
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100007F:E1F2 0000000000000000FFFF00000100007F:1F98 01 00000000:00000000 00:00000000 00000000  1003        0 34600 1 0000000000000000 20 4 30 10 -1
   1: B80D0120000000000000000001000000:C001 B80D0120000000000000000099000000:01BB 01 00000000:00000000 00:00000000 00000000  1004        0 34601 1 0000000000000000 20 4 30 10 -1
`;
const udp = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            
 1042: 00000000:B26E 00000000:0000 07 00000000:00000000 00:00000000 00000000   105        0 2201 2 00000000b63de32e 0        
 2042: 0100007F:B26F 3500007F:0035 01 00000000:00000000 00:00000000 00000000  1001        0 2202 2 00000000b63de32f 0        
`;

const read = (text: string): SocketEntry[] => [...readSockets(text, 'LE')];
const end = (text: string, port: number) => ({ address: parseAddress(text)!, port });

describe('a table', () => {
  test('gives address, port, state, account and inode of each socket', () => {
    expect(read(tcp)).toHaveLength(5);
    expect(read(tcp)[0]).toEqual({
      ...{ local: end('127.0.0.1', 8088), remote: end('0.0.0.0', 0) },
      ...{ state: 'listen', uid: 990, inode: 1603 },
    });
    expect(read(tcp)[3]).toMatchObject({ local: end('10.99.0.2', 54_948), remote: end('6.6.0.1', 443) });
  });

  test('of IPv6 has IPv6 addresses, and IPv4 where a socket of that family is used for it', () => {
    expect(read(tcp6).map(({ local, remote }) => [local, remote])).toEqual([
      [end('127.0.0.1', 57_842), end('127.0.0.1', 8088)],
      [end('2001:db8::1', 49_153), end('2001:db8::99', 443)],
    ]);
  });

  test('of UDP has unconnected sockets', () => {
    expect(read(udp)[0]).toMatchObject({ local: end('0.0.0.0', 45_678), state: 'close', uid: 105 });
  });

  test('of a machine with the other byte order reads the same', () => {
    const line = '   1: 0A630002:D6A4 06060001:01BB 01 0:0 0:0 0  1001        0 34567 2';
    expect([...readSockets(line, 'BE')]).toMatchObject([
      { local: end('10.99.0.2', 54_948), remote: end('6.6.0.1', 443) },
    ]);
  });

  test('can be asked for one local port', () => {
    const at = socketsByPort(tcp, 'LE');
    expect(at(54_948).map(({ uid }) => uid)).toEqual([1001, 1002]);
    expect(at(443)).toEqual([]);
    expect(at(NaN)).toEqual([]);
  });

  test.each([
    '',
    'garbage',
    tcp.slice(0, 100),
    '   1: 0100007F:D6A4 0100007F:1F98 01 0:0 0:0 0  1001        0',
    '   1: 0100007F:D6A4 0100007F:1F98 FF 0:0 0:0 0  1001        0 34567 2',
    '   1: 0100007F:D6A4 00000000000000000000000000000000:1F98 01 0:0 0:0 0  1001        0 34567 2',
    '   1: 0100007F:D6A40 0100007F:1F98 01 0:0 0:0 0  1001        0 34567 2',
    '   1: 0100007F:D6A4 0100007F:1F98 01 0:0 0:0 0  -1        0 34567 2',
  ])('leaves out what is no socket: %j', (text) => expect(read(text)).toEqual([]));

  test('reads whatever was written, and nothing else between', () => {
    const bytes = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });
    const bytes6 = fc.array(fc.nat(255), { minLength: 16, maxLength: 16 });
    const number = fc.nat(65_535);
    const socket = fc
      .tuple(fc.oneof(fc.tuple(bytes, bytes), fc.tuple(bytes6, bytes6)), number, number, number, fc.nat())
      .map(([ends, near, far, uid, inode]) => ({ ends, near, far, uid, inode }));
    const noise = fc.string({ maxLength: 60 }).filter((text) => !/[\n:]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(socket, noise), { maxLength: 20 }), fc.boolean(), (lines, filtered) => {
        const text = lines.map(([one, odd]) => `${writeLine(one)}\n${odd}\n`).join('');
        const wanted = filtered ? lines[0]?.[0].near : undefined;
        const found = wanted === undefined ? read(text) : [...socketsByPort(text, 'LE')(wanted)];
        const expected = lines
          .map(([one]) => one)
          .filter(({ near }) => wanted === undefined || near === wanted);
        expect(found).toEqual(
          expected.map(({ ends: [local, remote], near, far, uid, inode }) => ({
            local: { address: addressOfBytes(local), port: near },
            remote: { address: addressOfBytes(remote), port: far },
            ...{ state: 'established', uid, inode },
          })),
        );
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  test('of any text at all is read without a fault', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('0123456789ABCDEFabc: \n\0é')), maxLength: 400 }),
        (text) => {
          for (const { uid, inode } of read(text))
            expect([uid, inode].every(Number.isSafeInteger)).toBe(true);
        },
      ),
      { seed: 12, numRuns: 500 },
    );
  });
});

describe('the socket of a program', () => {
  const find = (text: string, ...[local, remote]: [SocketEntry['local'], SocketEntry['local'] | null]) =>
    findSocket(read(text), { local, remote });

  test('is the one whose both ends fit, not the other end of the connection', () => {
    expect(find(tcp, end('127.0.0.1', 54_948), end('127.0.0.1', 8088))).toEqual({
      ...{ kind: 'found', uid: 1001, inode: 34_567 },
    });
    expect(find(tcp, end('10.99.0.2', 54_948), end('6.6.0.1', 443))).toMatchObject({ uid: 1002 });
    expect(find(tcp, end('10.99.0.2', 54_948), end('6.6.0.2', 443))).toEqual({ kind: 'none' });
  });

  test('may be told by its near end alone', () => {
    expect(find(tcp, end('10.99.0.2', 54_948), null)).toMatchObject({ kind: 'found', uid: 1002 });
  });

  test("is nobody's where no process holds it any more", () => {
    expect(find(tcp, end('127.0.0.1', 50_000), end('127.0.0.1', 8088))).toEqual({ kind: 'none' });
  });

  test('is never a listener', () => {
    expect(find(tcp, end('127.0.0.1', 8088), end('0.0.0.0', 0))).toEqual({ kind: 'none' });
  });

  test('over UDP may have no address of its own and no peer', () => {
    expect(find(udp, end('127.0.0.1', 45_678), end('127.0.0.53', 53))).toMatchObject({
      uid: 105,
      inode: 2201,
    });
    expect(find(udp, end('127.0.0.1', 45_679), end('127.0.0.53', 53))).toMatchObject({ uid: 1001 });
  });

  test('is told by the account where that is all that several have in common', () => {
    const [one, other] = [1001, 1002].map((uid) => ({
      ...{ local: end('0.0.0.0', 5353), remote: end('0.0.0.0', 0), state: 'close' as const, uid, inode: uid },
    }));
    const wanted = { local: end('10.99.0.2', 5353), remote: null };
    expect(findSocket([one!, { ...one!, inode: 9 }], wanted)).toEqual({ kind: 'account', uid: 1001 });
    expect(findSocket([one!, other!], wanted)).toEqual({ kind: 'several' });
  });
});

type Written = { ends: [number[], number[]]; near: number; far: number; uid: number; inode: number };

/** As the kernel of a little-endian machine prints it. */
function writeLine({ ends: [local, remote], near, far, uid, inode }: Written): string {
  const address = (bytes: readonly number[]) =>
    Array.from({ length: bytes.length / 4 }, (_, word) =>
      bytes
        .slice(word * 4, word * 4 + 4)
        .toReversed()
        .map((byte) => hex(byte, 2))
        .join(''),
    ).join('');
  return `   7: ${address(local)}:${hex(near, 4)} ${address(remote)}:${hex(far, 4)} 01 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
