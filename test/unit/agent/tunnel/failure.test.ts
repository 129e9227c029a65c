import { describe, expect, test } from 'vitest';
import { failureError, tunnelFailure } from '../../../../agent/tunnel/failure.ts';
import { OpenGsaError } from '../../../../protocol/error.ts';

const edge = 'edge.contoso.test:8443';

function systemError(code: string): Error {
  return Object.assign(new Error(`failed with ${code}`), { code });
}

describe('what stands between device and edge', () => {
  test.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'device-refused'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'device-refused'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED', 'device-refused'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'edge-untrusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'edge-untrusted'],
    ['CERT_HAS_EXPIRED', 'edge-untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'edge-untrusted'],
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'unreachable'],
  ])('%s is %s', (code, kind) => {
    expect(tunnelFailure(edge, systemError(code)).kind).toBe(kind);
  });

  test('an alert is found below the error that it caused, and named in plain words', () => {
    const error = new Error('the stream was cancelled', {
      cause: systemError('ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED'),
    });
    expect(tunnelFailure(edge, error)).toEqual({
      kind: 'device-refused',
      cause: `${edge} does not accept this device (certificate expired): it is not enrolled there or was revoked`,
    });
  });

  test('every cause names the edge, once', () => {
    for (const error of [systemError('ECONNREFUSED'), new OpenGsaError('device-refused', 'gone'), 'odd']) {
      const { cause } = tunnelFailure(edge, error);
      expect(cause.split(edge)).toHaveLength(2);
      expect(tunnelFailure(edge, failureError(tunnelFailure(edge, error))).cause).toBe(cause);
    }
  });

  test.each(['device-refused', 'edge-untrusted', 'unreachable'] as const)(
    '%s keeps its kind as an error and back',
    (kind) => {
      const failure = { kind, cause: `${edge}: because` };
      expect(tunnelFailure(edge, failureError(failure))).toEqual(failure);
    },
  );
});
