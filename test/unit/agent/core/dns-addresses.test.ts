// A name's real addresses, read from answers as nameservers give them.
import packet from 'dns-packet';
import { expect, it } from 'vitest';
import { longestAddressAnswer, readNamedAddresses } from '../../../../agent/core/dns-addresses.ts';

const answers: packet.Answer[] = [
  { name: 'www.contoso.test', type: 'CNAME', ttl: 5, data: 'cdn.fabrikam.test' },
  { name: 'cdn.fabrikam.test', type: 'A', ttl: 60, data: '192.0.2.8' },
  { name: 'cdn.fabrikam.test', type: 'A', ttl: 30, data: '192.0.2.7' },
  { name: 'cdn.fabrikam.test', type: 'AAAA', ttl: 20, data: '2001:db8::7' },
];

function read(change: Partial<packet.Packet>, type: 'A' | 'AAAA' = 'A') {
  const reading = readNamedAddresses(packet.encode({ type: 'response', id: 1, ...change }), type);
  return reading === null ? null : { ...reading, addresses: reading.addresses.map(({ text }) => text) };
}

it('are those of the type, in the order of the answer, behind any alias', () => {
  expect(read({ answers })).toEqual({ addresses: ['192.0.2.8', '192.0.2.7'], ttlS: 30, truncated: false });
  expect(read({ answers }, 'AAAA')).toMatchObject({ addresses: ['2001:db8::7'], ttlS: 20 });
});

it('are none where the name has none or does not exist', () => {
  const none = { addresses: [], ttlS: null, truncated: false };
  expect(read({})).toEqual(none);
  expect(read({ flags: 3 })).toEqual(none);
});

it('may be more over TCP', () => {
  expect(read({ answers, flags: packet.TRUNCATED_RESPONSE })).toMatchObject({ truncated: true });
});

it('are unknown where the nameserver fails, refuses or talks nonsense', () => {
  expect(read({ flags: 2 })).toBeNull();
  expect(read({ flags: 5 })).toBeNull();
  expect(readNamedAddresses(Buffer.alloc(40, 0xc0), 'A')).toBeNull();
  expect(readNamedAddresses(Buffer.alloc(longestAddressAnswer + 1), 'A')).toBeNull();
});

it('are bounded in number', () => {
  const many = Array.from(
    { length: 100 },
    (_, i) => ({ ...answers[1]!, data: `192.0.2.${i}` }) as packet.Answer,
  );
  expect(read({ answers: many })?.addresses).toHaveLength(64);
});
