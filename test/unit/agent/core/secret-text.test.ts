import { describe, expect, test } from 'vitest';
import { isSecretField, withoutSecrets } from '../../../../agent/core/secret-text.ts';

describe('what is cut out of a text', () => {
  test.each([
    ['a known value', 'key planted-value here', 'key <removed> here'],
    ['a query', 'GET https://a.example/x?code=1&b=2 ok', 'GET https://a.example/x?<removed> ok'],
    ['a fragment', 'https://a.example/#access_token=1', 'https://a.example/#<removed>'],
    ['a query without a host', 'GET /callback?code=1 HTTP/1.1', 'GET /callback?<removed> HTTP/1.1'],
    ['a user part', 'http://u:p@w@proxy.example:3128/', 'http://<removed>@proxy.example:3128/'],
    ['cookies', 'Set-Cookie: a=b; Path=/\nnext', 'Set-Cookie: <removed>\nnext'],
    ['credentials', 'Proxy-Authorization: Basic dTpw', 'Proxy-Authorization: <removed>'],
    ['a bearer token', 'sent Bearer abcdefgh12345678.', 'sent Bearer <removed>'],
    ['a JSON Web Token', 'jws eyJhbGciOiJFUzI1NiJ9.e30.c2ln!', 'jws <removed>!'],
    ['a PAC address', '/0123456789abcdef0123456789abcdef/proxy.pac', '/<removed>/proxy.pac'],
    [
      'a named value',
      'password=hunter2 and client_secret="x y"',
      'password=<removed> and client_secret="<removed> y"',
    ],
    ['JSON', '{"refresh_token":"abc"}', '{"refresh_token":"<removed>"}'],
    ['a cut key', '-----BEGIN EC PRIVATE KEY-----\nMHcC', '<removed>'],
  ])('%s', (_what, text, expected) => {
    expect(withoutSecrets(text, ['planted-value']).text).toBe(expected);
  });

  test('and nothing else', () => {
    const text = 'the witness token: expired; see https://login.contoso.test/path, why? because (a=b)';
    expect(withoutSecrets(text, [])).toEqual({ text, count: 0 });
    expect(withoutSecrets('short', ['sho'])).toEqual({ text: 'short', count: 0 });
  });

  test('each is counted', () => {
    expect(withoutSecrets('abcdef abcdef Bearer 1234567890', ['abcdef']).count).toBe(3);
  });
});

test('fields that hold secrets are known by their names', () => {
  expect(['token', 'clientSecret', 'Set-Cookie', 'api_key', 'privateKey'].every(isSecretField)).toBe(true);
  expect(['traceparent', 'tokens', 'name', 'keyboard'].some(isSecretField)).toBe(false);
});
