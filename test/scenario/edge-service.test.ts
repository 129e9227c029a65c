// What the edge serves beside flows, and how it stops.
import { once } from 'node:events';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseAddress } from '../../protocol/address.ts';
import { parseProxyStatus } from '../../protocol/proxy-status.ts';
import { viewPath, witnessPath } from '../../protocol/tunnel.ts';
import {
  answered,
  type DataPlane,
  openFlow,
  opaqueTo,
  openSession,
  plainView,
  startDataPlane,
  textOf,
} from '../support/data-plane.ts';
import { endOfH1, openH1, openH1Flow, readHead } from '../support/h1-device.ts';
import { type Origin, startEcho } from '../support/origins.ts';
import { patience } from '../support/patience.ts';

let edge: DataPlane;
let echo: Origin;

beforeAll(async () => {
  echo = await startEcho();
  edge = await startDataPlane({ classes: [opaqueTo('echo.contoso.test', echo)] });
});

afterAll(async () => {
  await edge.close();
  await echo.close();
});

describe('the witness', () => {
  test('signs the IPv4 peer that it sees, bound to the certificate, for 300 s', async () => {
    const session = await openSession(edge, { localAddress: '127.10.0.7' });
    const { status, body } = await get(session, witnessPath);
    expect(status).toBe(200);
    expect(decodeProtectedHeader(body)).toMatchObject({ typ: 'egress+jwt', kid: edge.witnessKey.kid });
    const { iat = 0, exp = 0, ...claims } = decodeJwt(body);
    expect(exp - iat).toBe(300);
    expect(claims).toMatchObject({
      ip: '127.10.0.7',
      aud: 'egress',
      cnf: { 'x5t#S256': edge.device.thumbprint },
    });
    session.destroy();
  });

  test('signs an IPv6 peer on its IPv6 listener', async () => {
    const own = await startDataPlane({ host: '::1', pki: edge.pki });
    const session = await openSession(own);
    expect(decodeJwt((await get(session, witnessPath)).body)).toMatchObject({ ip: '::1' });
    session.destroy();
    await own.close();
  });

  test('signs an IPv4 peer of a listener for both families as IPv4', async () => {
    const own = await startDataPlane({ host: '::', pki: edge.pki });
    const session = await openSession({ ...own, host: '127.0.0.1' }, { localAddress: '127.10.0.7' });
    expect(decodeJwt((await get(session, witnessPath)).body)).toMatchObject({ ip: '127.10.0.7' });
    session.destroy();
    await own.close();
  });

  test('signs nothing for a peer that is neither public nor in a named range', async () => {
    const own = await startDataPlane({ pki: edge.pki, policy: { sourceRanges: [] } });
    const session = await openSession(own);
    const { status, body } = await get(session, witnessPath);
    expect([status, JSON.parse(body)]).toEqual([403, { error: 'address-not-allowed', address: '127.0.0.1' }]);
    session.destroy();
    await own.close();
  });
});

describe('a question to the witness', () => {
  test.each(['h2', 'http/1.1'] as const)(
    'is answered as a JWT that nobody keeps, over %s',
    async (protocol) => {
      const head = protocol === 'h2' ? await headOverH2('GET') : await headOverH1('GET');
      expect(head).toMatchObject({
        status: 200,
        fields: { 'content-type': 'application/jwt', 'cache-control': 'no-store' },
      });
    },
  );

  test.each(['POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'])('by %s is refused', async (method) => {
    for (const head of [await headOverH2(method), await headOverH1(method)]) {
      expect(head).toMatchObject({ status: 405, fields: { allow: 'GET' } });
    }
  });

  test('has no say in the answer: neither a field, nor a query, nor a body', async () => {
    const session = await openSession(edge, { localAddress: '127.10.0.7' });
    const forged = {
      'x-forwarded-for': '8.8.8.8',
      forwarded: 'for=8.8.8.8',
      'x-real-ip': '8.8.8.8',
      'egress-claim': '"8.8.8.8"',
      'client-cert': ':AAAA:',
    };
    const question = { ':method': 'GET', ':path': `${witnessPath}?ip=8.8.8.8`, ...forged };
    const stream = session.request(question, { endStream: false });
    stream.end('{"ip":"8.8.8.8"}');
    expect(decodeJwt(await textOf(stream))).toMatchObject({
      ip: '127.10.0.7',
      cnf: { 'x5t#S256': edge.device.thumbprint },
    });
    session.destroy();
  });
});

type Head = { readonly status: number; readonly fields: Readonly<Record<string, unknown>> };

async function headOverH2(method: string): Promise<Head> {
  const session = await openSession(edge);
  const stream = session.request({ ':method': method, ':path': witnessPath });
  stream.on('error', () => undefined);
  const [fields] = (await once(stream, 'response')) as [Record<string, unknown>];
  session.destroy();
  return { status: Number(fields[':status']), fields };
}

async function headOverH1(method: string): Promise<Head> {
  const { tls } = await openH1(edge);
  tls.write(`${method} ${witnessPath} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`);
  const [first = '', ...lines] = (await readHead(tls)).trimEnd().split('\r\n');
  tls.destroy();
  const fields = lines.map(
    (line) => [line.split(': ')[0]?.toLowerCase() ?? '', line.replace(/^[^:]*: /, '')] as const,
  );
  return { status: Number(first.split(' ')[1]), fields: Object.fromEntries(fields) };
}

describe('the view', () => {
  test('is held until there is a later revision', async () => {
    const session = await openSession(edge);
    expect(JSON.parse((await get(session, viewPath)).body)).toMatchObject({ revision: 1 });
    let answeredYet = false;
    const later = get(session, `${viewPath}?after=1`).finally(() => (answeredYet = true));
    // A request that came after it has its answer: the first one really waits.
    expect((await get(session, `${viewPath}?after=0`)).status).toBe(200);
    expect(answeredYet).toBe(false);
    edge.state.view = plainView(2);
    edge.viewChanged();
    expect(JSON.parse((await later).body)).toMatchObject({ revision: 2 });
    session.destroy();
  });

  test('is served over HTTP/1.1 as well, request after request', async () => {
    const { tls } = await openH1(edge);
    for (const path of [viewPath, `${viewPath}?after=0`]) {
      tls.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      const head = await readHead(tls);
      expect(head).toMatch(/^HTTP\/1\.1 200 /);
      const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
      expect(JSON.parse(await readBytes(tls, length))).toMatchObject({ organisation: 'contoso' });
    }
    tls.destroy();
  });

  test.each([
    ['?after=x', 400],
    ['?after=-1', 400],
    ['/more', 404],
  ])('%s is answered %i', async (suffix, expected) => {
    const session = await openSession(edge);
    expect((await get(session, viewPath + suffix)).status).toBe(expected);
    session.destroy();
  });
});

describe('a drain', () => {
  test('says GOAWAY and lets flows end of themselves', async () => {
    const own = await startDataPlane({ classes: [opaqueTo('echo.contoso.test', echo)], pki: edge.pki });
    const session = await openSession(own);
    const { stream } = await answered(session, 'echo.contoso.test:443');
    const goaway = once(session, 'goaway');
    const drained = own.drain(20_000);
    expect((await goaway)[0]).toBe(0);
    stream.end('during');
    expect(await textOf(stream)).toBe('during');
    // Long before the grace is over.
    await drained;
    expect(own.records.at(-1)).toMatchObject({ result: 'ended' });
  });

  test('resets what is left after the grace, over either version of HTTP', async () => {
    const own = await startDataPlane({ classes: [opaqueTo('echo.contoso.test', echo)], pki: edge.pki });
    const session = await openSession(own);
    const { stream } = await answered(session, 'echo.contoso.test:443');
    const { tls: h1 } = await openH1Flow(own, 'echo.contoso.test:443');
    const h1End = endOfH1(h1);
    const goaway = once(session, 'goaway');
    const drained = own.drain(300);
    await goaway;
    stream.write('during');
    const [chunk] = (await once(stream, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('during');
    const end = rstCodeOf(stream);
    await drained;
    expect(await end).toBe(2);
    expect(await h1End).toBe('ECONNRESET');
    expect(own.records.map(({ result, reason }) => [result, reason])).toEqual([
      ['reset', 'edge-stopped'],
      ['reset', 'edge-stopped'],
    ]);
  });

  test('takes no connection more, and answers those who wait for the view', async () => {
    const own = await startDataPlane({ pki: edge.pki });
    const session = await openSession(own);
    const waiting = session.request({ ':path': `${viewPath}?after=1` });
    const status = once(waiting, 'response');
    // Its answer proves that the edge has read the request before it.
    await get(session, viewPath);
    const drained = own.drain(20_000);
    expect((await status)[0]).toMatchObject({ ':status': 304 });
    await drained;
    await expect(openSession(own)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('revoking a device', () => {
  test("ends its flows and sessions, and no one else's", async () => {
    const other = edge.pki.device('desk');
    edge.state.standings.set(other.thumbprint, { kind: 'active', name: 'desk' });
    const session = await openSession(edge);
    const { stream } = await answered(session, 'echo.contoso.test:443');
    const { tls: h1 } = await openH1Flow(edge, 'echo.contoso.test:443');
    const otherSession = await openSession(edge, { device: other });
    const { stream: otherStream } = await answered(otherSession, 'echo.contoso.test:443');
    const ends = [rstCodeOf(stream), endOfH1(h1), once(session, 'close').catch(() => undefined)];
    const before = edge.records.length;

    edge.state.standings.set(edge.device.thumbprint, { kind: 'revoked', name: 'laptop' });
    expect(edge.revoke([edge.device.thumbprint])).toEqual({ flows: 2, sessions: 2 });
    expect((await Promise.all(ends)).slice(0, 2)).toEqual([2, 'ECONNRESET']);
    await vi.waitFor(
      () =>
        expect(edge.records.slice(before).map(({ reason }) => reason)).toEqual([
          'device-revoked',
          'device-revoked',
        ]),
      patience,
    );
    otherStream.end('goes on');
    expect(await textOf(otherStream)).toBe('goes on');
    otherSession.destroy();
  });

  test('tells it why when it comes again', async () => {
    const session = await openSession(edge);
    const stream = session.request({ ':path': viewPath });
    const [headers] = (await once(stream, 'response')) as [Record<string, string>];
    expect(headers).toMatchObject({ ':status': 403 });
    expect(parseProxyStatus(headers['proxy-status'] ?? '')).toMatchObject({ reason: 'device-revoked' });
    session.destroy();
    edge.state.standings.set(edge.device.thumbprint, { kind: 'active', name: 'laptop' });
  });

  test('gives up a flow that is still dialled', async () => {
    const looking = Promise.withResolvers<undefined>();
    const own = await startDataPlane({
      pki: edge.pki,
      classes: [{ match: 'slow.contoso.test', class: 'opaque' }],
      options: {
        resolve: async () => {
          await looking.promise;
          return { kind: 'resolved', addresses: [parseAddress('192.0.2.1')!] };
        },
      },
    });
    const session = await openSession(own);
    const stream = openFlow(session, 'slow.contoso.test:443');
    // Its answer proves that the edge has read the request before it.
    await get(session, viewPath);
    const gone = rstCodeOf(stream);
    own.revoke([own.device.thumbprint]);
    await gone;
    looking.resolve(undefined);
    await vi.waitFor(() => expect(own.records).toHaveLength(1), patience);
    expect(own.records[0]?.result).not.toBe('ended');
    expect(own.openFlows()).toBe(0);
    await own.close();
  });
});

async function get(session: ClientHttp2Session, path: string): Promise<{ status: number; body: string }> {
  const stream = session.request({ ':path': path });
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  return { status: Number(headers[':status']), body: await textOf(stream) };
}

async function readBytes(stream: NodeJS.ReadableStream, length: number): Promise<string> {
  let text = '';
  while (text.length < length) {
    const chunk = stream.read() as Buffer | null;
    if (chunk === null) await once(stream, 'readable');
    else text += chunk.toString();
  }
  return text;
}

async function rstCodeOf(stream: ClientHttp2Stream): Promise<number | undefined> {
  stream.resume();
  await new Promise<void>((resolve) => stream.once('close', () => resolve()));
  return stream.rstCode;
}
