// Which requests the browser shell answers, and what each other one is told.
import { describe, expect, test } from 'vitest';
import { judgeRequest, type RequestFacts } from '../../../../agent/core/browser-request.ts';

const port = 40_123;
const call: RequestFacts = {
  ...{ method: 'POST', target: '/api/call', hosts: [`127.0.0.1:${port}`] },
  ...{ fetchSite: 'same-origin', fetchMode: 'same-origin', fetchDest: 'empty' },
  ...{ origin: `http://127.0.0.1:${port}`, contentType: 'application/json' },
};
const visit: RequestFacts = {
  ...{ method: 'GET', target: '/', hosts: [`127.0.0.1:${port}`] },
  ...{ fetchSite: 'none', fetchMode: 'navigate', fetchDest: 'document' },
  ...{ origin: undefined, contentType: undefined },
};
const status = (facts: RequestFacts) => {
  const verdict = judgeRequest(facts, port);
  return verdict.kind === 'refused' ? verdict.status : verdict.kind;
};

test.each([`127.0.0.1:${port}`, `[::1]:${port}`, `localhost:${port}`])('%s is this server', (host) => {
  expect(status({ ...visit, hosts: [host] })).toBe('file');
  expect(status({ ...call, hosts: [host], origin: `http://${host}` })).toBe('api');
});

test.each([
  [[`rebind.example:${port}`]],
  [['127.0.0.1']],
  [[`127.0.0.1:${port + 1}`]],
  [[`127.0.0.2:${port}`]],
  [[`LOCALHOST:${port}`]],
  [[`token.localhost:${port}`]],
  [[]],
  [[`127.0.0.1:${port}`, `rebind.example:${port}`]],
])('hosts %j are refused, for files as well', (hosts) => {
  expect(status({ ...visit, hosts })).toBe(403);
  // All else is as on a page of ours: only the host tells a rebound name.
  expect(status({ ...call, hosts, origin: `http://${hosts[0] ?? ''}` })).toBe(403);
});

describe('calls', () => {
  test.each<[number, Partial<RequestFacts>]>([
    [403, { method: 'OPTIONS' }],
    [403, { fetchSite: 'same-site' }],
    [403, { fetchSite: 'cross-site' }],
    [403, { fetchSite: 'none' }],
    [403, { fetchSite: undefined }],
    [403, { origin: `http://127.0.0.1:${port + 1}` }],
    [403, { origin: 'null' }],
    [405, { method: 'GET' }],
    [415, { contentType: 'text/plain' }],
    [415, { contentType: 'application/json, text/plain' }],
    [415, { contentType: undefined }],
    [400, { target: 'http://rebind.example/api/call' }],
    [400, { target: '//rebind.example/api/call' }],
  ])('%i for %j', (expected, changes) => {
    expect(status({ ...call, ...changes })).toBe(expected);
  });

  test('events are read with their query', () => {
    const verdict = judgeRequest({ ...call, method: 'GET', target: '/api/events?flows=1' }, port);
    expect(verdict).toMatchObject({ kind: 'api', path: '/api/events' });
    expect(verdict.kind === 'api' && verdict.query.get('flows')).toBe('1');
  });
});

describe('files', () => {
  const script = { ...visit, target: '/assets/index.js', fetchMode: 'cors', fetchDest: 'script' };

  test.each<[number | 'file', RequestFacts]>([
    ['file', { ...script, fetchSite: 'same-origin' }],
    // From a bookmark of another page, or from the file that launches the browser.
    ['file', { ...visit, fetchSite: 'cross-site' }],
    [403, { ...visit, fetchSite: 'cross-site', fetchDest: 'iframe' }],
    [403, { ...script, fetchSite: 'same-site' }],
    [403, { ...script, fetchSite: 'none' }],
    [403, { ...visit, fetchSite: undefined }],
    [405, { ...visit, method: 'POST' }],
  ])('%s for %j', (expected, facts) => {
    expect(status(facts)).toBe(expected);
  });

  test('a path is what the URL standard makes of it', () => {
    const facts = { ...script, fetchSite: 'same-origin' };
    expect(judgeRequest({ ...facts, target: '/assets/../../etc/passwd' }, port)).toEqual({
      kind: 'file',
      path: '/etc/passwd',
    });
  });
});
