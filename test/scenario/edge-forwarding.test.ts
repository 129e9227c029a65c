// The classes that end HTTP at the edge: what a receiver is told of the person's address, and that nobody else can say it.
import { once } from 'node:events';
import https from 'node:https';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseHost } from '../../protocol/destination.ts';
import type { ForwardingHeaders } from '../../edge/core/forwarding-fields.ts';
import { answered, type DataPlane, openSession, startDataPlane } from '../support/data-plane.ts';
import { allSpellings } from '../support/forwarding-names.ts';
import { gatewayPki, type HttpOrigin, startHttpOrigin } from '../support/gateway-rig.ts';
import { answerOf, h2AnswerOf, openApplication, openH2Application } from '../support/owned-host.ts';
import { patience } from '../support/patience.ts';

/** The device's address towards the edge; any of 127.0.0.0/8 may be bound on Linux. */
const workstation = '127.10.0.7';
const forged = '6.6.6.6';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let edge: DataPlane;
const origins: HttpOrigin[] = [];

type Seen = { version: string; fields: string[]; trailers: string[] };

/** Shows every field and trailer as it came. */
function startShowing(protocol: 'h2' | 'http/1.1'): Promise<HttpOrigin> {
  return startHttpOrigin(protocol, (request, response) => {
    request.resume();
    request.on('end', () =>
      response.end(
        JSON.stringify({
          version: request.httpVersion,
          fields: request.rawHeaders,
          trailers: request.rawTrailers,
        } satisfies Seen),
      ),
    );
  });
}

beforeAll(async () => {
  edge = await startDataPlane({ pki: gatewayPki });
  const [h1, h2] = await Promise.all([startShowing('http/1.1'), startShowing('h2')]);
  origins.push(h1, h2);
  const untrusted = gatewayPki.rogue.cert;
  edge.state.policy = {
    ...edge.state.policy,
    classes: [
      entry('h1.contoso.test', h1.port),
      entry('h2.contoso.test', h2.port),
      entry('person.contoso.test', h1.port, {
        class: 'forwarded',
        header: 'X-Person-Address',
        schemeHeader: 'X-Forwarded-Proto',
      }),
      entry('standard.contoso.test', h1.port, {
        class: 'forwarded',
        header: 'Forwarded',
        schemeHeader: null,
      }),
      entry('adfs.contoso.test', h2.port, { class: 'adfs', proxy: 'edge.contoso.test' }),
      entry('untrusted.contoso.test', h1.port, undefined, {
        name: parseHost('app.contoso.test'),
        ca: untrusted,
      }),
      entry('misnamed.contoso.test', h1.port, undefined, {
        name: parseHost('other.contoso.test'),
        ca: gatewayPki.ca.cert,
      }),
    ],
  };
});

function entry(
  match: string,
  port: number,
  headers: ForwardingHeaders = { class: 'forwarded', header: 'X-Forwarded-For', schemeHeader: null },
  upstreamTls = { name: parseHost('app.contoso.test'), ca: gatewayPki.ca.cert },
) {
  return {
    match,
    class: headers.class,
    upstream: { address: '127.0.0.1', port },
    forwarding: { headers, identity: null, upstreamTls },
  };
}

afterAll(async () => {
  await edge.close();
  await Promise.all(origins.map((origin) => origin.close()));
});

async function show(host: string, fields: readonly string[] = []): Promise<Seen> {
  const application = await openApplication(edge, host, { localAddress: workstation });
  const answer = await answerOf(application.request({ headers: ['Host', host, ...fields] }).end());
  application.close();
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Seen;
}

function valuesIn({ fields }: Seen, name: string): string[] {
  return fields.filter((_, i) => i % 2 === 1 && fields[i - 1]!.toLowerCase() === name.toLowerCase());
}

describe('what the receiver is told', () => {
  test('the address that the edge observed, once, in the configured header', async () => {
    expect(valuesIn(await show('h1.contoso.test'), 'x-forwarded-for')).toEqual([workstation]);
    expect(valuesIn(await show('h2.contoso.test'), 'x-forwarded-for')).toEqual([workstation]);
    expect(valuesIn(await show('standard.contoso.test'), 'forwarded')).toEqual([`for=${workstation}`]);
    const person = await show('person.contoso.test', ['x-person-address', forged]);
    expect(valuesIn(person, 'x-person-address')).toEqual([workstation]);
    expect(valuesIn(person, 'x-forwarded-proto')).toEqual(['https']);
    await vi.waitFor(
      () =>
        expect(edge.records.at(-1)).toMatchObject({
          class: 'forwarded',
          statedAddress: workstation,
          assurance: 'observed',
          peerAddress: workstation,
        }),
      patience,
    );
  });

  test('AD FS is told the address and the proxy', async () => {
    const seen = await show('adfs.contoso.test', ['X-MS-Proxy', 'mine', 'x-ms-forwarded-client-ip', forged]);
    expect(valuesIn(seen, 'x-ms-forwarded-client-ip')).toEqual([workstation]);
    expect(valuesIn(seen, 'x-ms-proxy')).toEqual(['edge.contoso.test']);
    expect(JSON.stringify(seen)).not.toContain(forged);
  });

  test('with signalling off nothing, and what the device says goes all the same', async () => {
    edge.state.signaling = 'disabled';
    const seen = await show('h1.contoso.test', ['X-Forwarded-For', forged, 'Accept', '*/*']);
    edge.state.signaling = 'enabled';
    expect(seen.fields.map((text) => text.toLowerCase())).toEqual(
      expect.not.arrayContaining(['x-forwarded-for', 'forwarded']),
    );
    expect(JSON.stringify(seen)).not.toContain(forged);
    expect(valuesIn(seen, 'accept')).toEqual(['*/*']);
    await vi.waitFor(
      () => expect(edge.records.at(-1)).toMatchObject({ statedAddress: null, signaling: 'disabled' }),
      patience,
    );
  });

  test('with an unknown source nothing', async () => {
    const before = edge.state.policy;
    edge.state.policy = { ...before, sourceRanges: [] };
    const seen = await show('h1.contoso.test');
    edge.state.policy = before;
    expect(valuesIn(seen, 'x-forwarded-for')).toEqual([]);
  });

  test("the flow's trace, unless the application has one of its own", async () => {
    const application = await openApplication(edge, 'h1.contoso.test', { traceparent });
    const ask = async (own: readonly string[]) =>
      valuesIn(
        JSON.parse(
          (await answerOf(application.request({ headers: ['Host', 'h1.contoso.test', ...own] }).end())).text,
        ) as Seen,
        'traceparent',
      );
    const own = '00-11111111111111111111111111111111-2222222222222222-01';
    expect(await ask([])).toEqual([traceparent]);
    expect(await ask(['TraceParent', own])).toEqual([own]);
    application.close();
  });
});

describe('no spelling of a forwarding header reaches a receiver', () => {
  test('a receiver that is asked directly shows each of them', async () => {
    expect(allSpellings.length).toBeGreaterThan(200);
    const unseen: string[] = [];
    for (let i = 0; i < allSpellings.length; i += 50) {
      const names = allSpellings.slice(i, i + 50).map(({ name }) => name);
      const fields = ['Host', 'app.contoso.test', ...names.flatMap((name) => [name, forged])];
      const shown = await answerOf(
        https
          .request({
            host: '127.0.0.1',
            port: origins[0]!.port,
            servername: 'app.contoso.test',
            ca: gatewayPki.ca.cert,
            headers: fields,
          })
          .end(),
      );
      const seen = JSON.parse(shown.text) as Seen;
      unseen.push(...names.filter((name) => !valuesIn(seen, name).includes(forged)));
    }
    expect(unseen).toEqual([]);
  });

  test.each(['h1.contoso.test', 'h2.contoso.test'])('HTTP/1.1 to %s', async (host) => {
    const application = await openApplication(edge, host, { localAddress: workstation });
    const reached: string[] = [];
    let asked = 0;
    const ask = async (
      how: string,
      fields: readonly string[],
      trailers: readonly (readonly [string, string])[] = [],
    ) => {
      const request = application.request({
        method: trailers.length > 0 ? 'POST' : 'GET',
        headers: ['Host', host, ...fields, ...(trailers.length > 0 ? ['Transfer-Encoding', 'chunked'] : [])],
      });
      if (trailers.length > 0)
        request.addTrailers(trailers.map(([name, value]) => [name, value] as [string, string]));
      request.end();
      const { text } = await answerOf(request);
      const seen = JSON.parse(text) as Seen;
      asked += 1;
      const wrong = text.includes(forged) || valuesIn(seen, 'x-forwarded-for').join() !== workstation;
      if (wrong) reached.push(how);
    };
    for (const { name, how } of allSpellings) await ask(`${name} ${how}`, [name, forged]);
    for (const { name } of allSpellings.filter(({ how }) => how === 'as written')) {
      await ask(`${name} twice`, [name, forged, name.toLowerCase(), forged]);
      await ask(`${name} named by Connection`, ['Connection', `keep-alive, ${name}`, name, forged]);
      await ask(`${name} named by Connection alone`, [
        'Connection',
        'X-Forwarded-For, X-MS-Proxy',
        name,
        forged,
      ]);
      await ask(`${name} as a trailer`, ['Trailer', name], [[name, forged]]);
      await ask(`${name} with an underscore as a trailer`, [], [[name.replaceAll('-', '_'), forged]]);
    }
    application.close();
    expect(reached).toEqual([]);
    expect(asked).toBeGreaterThan(500);
  });

  test.each(['h1.contoso.test', 'h2.contoso.test'])('HTTP/2 to %s', async (host) => {
    const { session, close } = await openH2Application(edge, host, { localAddress: workstation });
    const names = [...new Set(allSpellings.map(({ name }) => name.toLowerCase()))];
    const reached: string[] = [];
    for (const name of names) {
      const twice = await h2AnswerOf(session.request([':path', '/', name, forged, name, forged]));
      const stream = session.request({ ':method': 'POST', ':path': '/' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ [name]: forged }));
      stream.end('content');
      const trailer = await h2AnswerOf(stream);
      for (const { text } of [twice, trailer]) {
        const stated = valuesIn(JSON.parse(text) as Seen, 'x-forwarded-for').join();
        if (text.includes(forged) || stated !== workstation) reached.push(name);
      }
    }
    close();
    expect(reached).toEqual([]);
    expect(names.length).toBeGreaterThan(200);
  });

  test('what an application sends for itself arrives', async () => {
    const own = [
      'Authorization',
      'Bearer x',
      'X-Requested-With',
      'y',
      'X-Tip',
      '1',
      'X-Shipping',
      '2',
      'Cookie',
      'a=b; c=d',
    ];
    const seen = await show('h1.contoso.test', own);
    expect(seen.fields).toEqual(expect.arrayContaining(own));
  });
});

describe('what is refused', () => {
  test.each([
    ['untrusted.contoso.test', 'certificate-untrusted'],
    ['misnamed.contoso.test', 'certificate-name-mismatch'],
  ])('%s: a destination that cannot prove itself, before anything is ended for it', async (host, reason) => {
    const session = await openSession(edge);
    const { status, headers } = await answered(session, `${host}:443`);
    expect(status).toBe(502);
    expect(headers['proxy-status']).toContain(`error=tls_certificate_error;details="${reason}"`);
    expect(headers['egress-observed']).toBe('"127.0.0.1";assurance=observed');
    await vi.waitFor(
      () =>
        expect(edge.records.at(-1)).toMatchObject({
          result: 'refused',
          proxyError: 'tls_certificate_error',
          reason,
          statedAddress: null,
        }),
      patience,
    );
    session.destroy();
  });

  test('a request for another host', async () => {
    const application = await openApplication(edge, 'h1.contoso.test');
    const answer = await answerOf(application.request({ headers: ['Host', 'h2.contoso.test'] }).end());
    expect(answer.status).toBe(421);
    expect(answer.headers['proxy-status']).toContain('host-mismatch');
    application.close();
    const { session, close } = await openH2Application(edge, 'h1.contoso.test');
    expect(await h2AnswerOf(session.request({ ':authority': 'h2.contoso.test' }))).toMatchObject({
      status: 421,
    });
    close();
  });

  test('a request with two lengths, or with a length and a coding', async () => {
    for (const head of [
      'Content-Length: 1\r\nContent-Length: 2',
      'Content-Length: 1\r\nTransfer-Encoding: chunked',
    ]) {
      const { tls, close } = await openApplication(edge, 'h1.contoso.test');
      tls.write(`POST / HTTP/1.1\r\nHost: h1.contoso.test\r\n${head}\r\n\r\n0\r\n\r\n`);
      const [chunk] = (await once(tls, 'data')) as [Buffer];
      expect(chunk.toString()).toMatch(/^HTTP\/1\.1 400 /);
      close();
    }
  });
});

test('a revoked device, and the end of the edge, end such a flow', async () => {
  const application = await openApplication(edge, 'h1.contoso.test');
  const closed = expect(once(application.tls, 'close')).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
  expect(edge.revoke([edge.device.thumbprint]).flows).toBeGreaterThan(0);
  await closed;
  await vi.waitFor(
    () => expect(edge.records.at(-1)).toMatchObject({ result: 'reset', reason: 'device-revoked' }),
    patience,
  );
  expect(edge.openFlows()).toBe(0);
  application.close();
});
