import { describe, expect, test } from 'vitest';
import { readAnswer, requestFields } from '../../../../agent/tunnel/connect-fields.ts';
import { tunnelRequest } from '../../../support/test-edge.ts';

const traceparent = tunnelRequest(443).traceparent;

describe('the fields of a request', () => {
  test('attestations are a list of strings', () => {
    expect(requestFields({ ...tunnelRequest(443), attestation: () => ['a.b.c', 'd.e.f'] })).toEqual({
      traceparent,
      'egress-attestation': '"a.b.c", "d.e.f"',
    });
  });

  test('what there is not is left out', () => {
    expect(requestFields({ ...tunnelRequest(443), attestation: () => [] })).toEqual({ traceparent });
  });
});

describe('the answer', () => {
  const answer = (status: number, fields: Record<string, string> = {}) =>
    readAnswer('edge.contoso.test:8443', status, (name) => fields[name] ?? null);

  test.each([
    ['"203.0.113.7";assurance=observed', '203.0.113.7'],
    ['"2001:DB8::7"', '2001:db8::7'],
    ['"no address"', null],
    ['203.0.113.7', null],
    ['17', null],
    ['', null],
  ])('2xx with egress-observed %j tells %j', (value, egressObserved) => {
    expect(answer(200, { 'egress-observed': value })).toEqual({ kind: 'accepted', egressObserved });
  });

  test('a refusal has the reason of its Proxy-Status, and who gave it', () => {
    const value = 'edge.contoso.test; error=destination_ip_prohibited; details="special-purpose"';
    expect(answer(502, { 'proxy-status': value })).toEqual({
      kind: 'refused',
      status: 502,
      denial: { error: 'destination_ip_prohibited', reason: 'special-purpose' },
      by: 'edge.contoso.test',
    });
  });

  test('a refusal tells at which address the device was seen, where the edge says so', () => {
    const said = answer(403, {
      'proxy-status': 'edge.contoso.test; error=http_request_denied; details="egress-mismatch"',
      'egress-observed': '"203.0.113.7";assurance=observed',
    });
    expect(said).toMatchObject({ denial: { reason: 'egress-mismatch' }, egressObserved: '203.0.113.7' });
    expect(answer(403, { 'egress-observed': 'nonsense' })).not.toHaveProperty('egressObserved');
  });

  test.each([
    [403, 'http_request_denied'],
    [407, 'http_request_denied'],
    [502, 'destination_unavailable'],
    [503, 'destination_unavailable'],
    [504, 'connection_timeout'],
  ])('%i without a Proxy-Status is %s, by the edge that was asked', (status, error) => {
    const denial = { error, reason: `status-${status}` };
    expect(answer(status)).toEqual({ kind: 'refused', status, denial, by: 'edge.contoso.test:8443' });
  });

  test('an error type that nobody registered gives way to that of the status', () => {
    expect(answer(504, { 'proxy-status': 'x; error=made_up' })).toMatchObject({
      denial: { error: 'connection_timeout', reason: 'made_up' },
    });
  });

  test('a status that is neither success nor error is passed on as 502', () => {
    expect(answer(302)).toMatchObject({ kind: 'refused', status: 502 });
  });
});
