// Where devices are told to find the edge and its witness.
import { describe, expect, test } from 'vitest';
import { type EndpointSettings, type Listeners, publicEndpoints } from '../../../../edge/core/endpoints.ts';

const name = 'edge.contoso.test';
const issuer = 'https://edge.contoso.test';

function endpoints(settings: EndpointSettings, tunnel: Listeners['tunnel']) {
  return publicEndpoints(settings, { tunnel, portalCheck: null });
}

describe('as the edge listens', () => {
  test('one loopback listener serves tunnel and the witness of its family', () => {
    const here = { url: 'https://edge.contoso.test:8443', addresses: ['127.0.0.1'] };
    expect(endpoints({ name }, [{ address: '127.0.0.1', port: 8443 }])).toEqual({
      edges: [here],
      witness: { ipv4: here, ipv6: null, issuer },
    });
  });

  test('each family has the first listener of its own', () => {
    const { witness } = endpoints({ name }, [
      { address: '192.0.2.1', port: 443 },
      { address: '2001:db8::1', port: 443 },
    ]);
    expect(witness.ipv4?.addresses).toEqual(['192.0.2.1']);
    expect(witness.ipv6).toEqual({ url: 'https://edge.contoso.test', addresses: ['2001:db8::1'] });
  });

  test('a wildcard is not dialled but resolved, and the one of IPv6 serves both families', () => {
    const here = { url: 'https://edge.contoso.test' };
    expect(endpoints({ name }, [{ address: '::', port: 443 }])).toEqual({
      edges: [here],
      witness: { ipv4: here, ipv6: here, issuer },
    });
    expect(endpoints({ name }, [{ address: '0.0.0.0', port: 443 }]).witness.ipv6).toBeNull();
  });

  test('a port that is not known yet is refused', () => {
    expect(() => endpoints({ name }, [{ address: '127.0.0.1', port: 0 }])).toThrow(/start the edge first/);
  });
});

test('what is configured wins, and then no port needs to be known', () => {
  const edges = [{ url: 'https://a.test' }, { url: 'https://b.test' }];
  const witness = { ipv4: { url: 'https://w4.test' }, ipv6: null };
  expect(endpoints({ name, edges, witness }, [{ address: '127.0.0.1', port: 0 }])).toEqual({
    edges,
    witness: { ...witness, issuer },
  });
});

describe('the question for a captive portal', () => {
  const tunnel = [{ address: '127.0.0.1', port: 8443 }];

  test('is asked where the edge listens for it, and nowhere by default', () => {
    const portalCheck = { address: '192.0.2.1', port: 80 };
    expect(publicEndpoints({ name }, { tunnel, portalCheck }).portalCheck).toEqual({
      url: 'http://edge.contoso.test/generate_204',
      addresses: ['192.0.2.1'],
    });
    expect(publicEndpoints({ name }, { tunnel, portalCheck: null })).not.toHaveProperty('portalCheck');
  });

  test('of a wildcard is asked at the name, with the port', () => {
    const portalCheck = { address: '::', port: 8080 };
    expect(publicEndpoints({ name }, { tunnel, portalCheck }).portalCheck).toEqual({
      url: 'http://edge.contoso.test:8080/generate_204',
    });
  });

  test('is asked where the configuration says', () => {
    const portalCheck = { url: 'http://portal-check.contoso.test/generate_204' };
    const listeners = { tunnel, portalCheck: { address: '127.0.0.1', port: 0 } };
    expect(publicEndpoints({ name, portalCheck }, listeners).portalCheck).toEqual(portalCheck);
    expect(() => publicEndpoints({ name }, listeners)).toThrow(/listen\.portalCheck has port 0/);
  });
});
