// Where devices are told to find the edge and its witness.
import { describe, expect, test } from 'vitest';
import { publicEndpoints } from '../../../../edge/core/endpoints.ts';

const name = 'edge.contoso.test';
const issuer = 'https://edge.contoso.test';

describe('as the edge listens', () => {
  test('one loopback listener serves tunnel and the witness of its family', () => {
    const here = { url: 'https://edge.contoso.test:8443', addresses: ['127.0.0.1'] };
    expect(publicEndpoints({ name }, [{ address: '127.0.0.1', port: 8443 }])).toEqual({
      edges: [here],
      witness: { ipv4: here, ipv6: null, issuer },
    });
  });

  test('each family has the first listener of its own', () => {
    const { witness } = publicEndpoints({ name }, [
      { address: '192.0.2.1', port: 443 },
      { address: '2001:db8::1', port: 443 },
    ]);
    expect(witness.ipv4?.addresses).toEqual(['192.0.2.1']);
    expect(witness.ipv6).toEqual({ url: 'https://edge.contoso.test', addresses: ['2001:db8::1'] });
  });

  test('a wildcard is not dialled but resolved, and the one of IPv6 serves both families', () => {
    const here = { url: 'https://edge.contoso.test' };
    expect(publicEndpoints({ name }, [{ address: '::', port: 443 }])).toEqual({
      edges: [here],
      witness: { ipv4: here, ipv6: here, issuer },
    });
    expect(publicEndpoints({ name }, [{ address: '0.0.0.0', port: 443 }]).witness.ipv6).toBeNull();
  });

  test('a port that is not known yet is refused', () => {
    expect(() => publicEndpoints({ name }, [{ address: '127.0.0.1', port: 0 }])).toThrow(
      /start the edge first/,
    );
  });
});

test('what is configured wins, and then no port needs to be known', () => {
  const edges = [{ url: 'https://a.test' }, { url: 'https://b.test' }];
  const witness = { ipv4: { url: 'https://w4.test' }, ipv6: null };
  expect(publicEndpoints({ name, edges, witness }, [{ address: '127.0.0.1', port: 0 }])).toEqual({
    edges,
    witness: { ...witness, issuer },
  });
});
