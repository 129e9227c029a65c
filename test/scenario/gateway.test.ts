// The HTTP gateway between real clients and servers of both versions: content passes whole, or visibly not.
import { once } from 'node:events';
import type http from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ask, closeAll, endOf, gatewayTo, textOf } from '../support/gateway-client.ts';
import { digestOf, reproducibleDigest, sendReproducible } from '../support/origins.ts';
import { patience } from '../support/patience.ts';

const versions = ['http/1.1', 'h2'] as const;
const pairings = versions.flatMap((down) => versions.map((up) => [down, up] as const));
const megabyte = 1024 * 1024;

afterEach(closeAll);

describe.each(pairings)('%s from the application, %s to the destination', (down, up) => {
  test('large contents pass whole both ways at once, and little of them is held', async () => {
    const size = 16 * megabyte;
    const received = Promise.withResolvers<Awaited<ReturnType<typeof digestOf>>>();
    const { rig } = await gatewayTo(up, (request, response) => {
      void digestOf(request).then(received.resolve, received.reject);
      sendReproducible(response, size, 2);
    });
    const { sink, answer } = ask(rig, down);
    sendReproducible(sink, size, 1);
    const { body } = await answer;
    expect(await digestOf(body)).toEqual(reproducibleDigest(size, 2));
    expect(await received.promise).toEqual(reproducibleDigest(size, 1));
  });

  test('a receiver that does not read stops the sender', async () => {
    let written = 0;
    const { rig } = await gatewayTo(up, (_request, response) => {
      const chunk = Buffer.alloc(65_536);
      const pump = () => {
        while (written < 256 * megabyte) {
          written += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', pump);
            return;
          }
        }
      };
      pump();
    });
    const { answer } = ask(rig, down, 'GET');
    const { body } = await answer;
    body.pause();
    let before = -1;
    await vi.waitFor(
      () => {
        const stands = written === before;
        before = written;
        expect(stands).toBe(true);
      },
      { timeout: 10_000, interval: 300 },
    );
    expect(written).toBeLessThan(40 * megabyte);
  });

  test('events pass one by one, long before the end of the answer', async () => {
    const emit = Promise.withResolvers<(text: string) => void>();
    const { rig } = await gatewayTo(up, (_request, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.flushHeaders();
      emit.resolve((text) => void response.write(text));
    });
    const { answer } = ask(rig, down, 'GET');
    const { body } = await answer;
    const send = await emit.promise;
    for (const text of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      send(text);
      const [chunk] = (await once(body, 'data')) as [Buffer];
      expect(chunk.toString()).toBe(text);
    }
  });

  test('an answer that breaks off never looks complete', async () => {
    for (const length of [null, '1000']) {
      const { rig } = await gatewayTo(up, (request, response) => {
        if (length !== null) response.setHeader('content-length', length);
        response.write('part');
        setTimeout(() => (up === 'h2' ? response.destroy(new Error('x')) : request.socket.destroy()), 50);
      });
      const { body } = await ask(rig, down, 'GET').answer;
      let text = '';
      body.on('data', (chunk: Buffer) => (text += chunk.toString()));
      const end = await endOf(body);
      expect(end).not.toBe('whole');
      expect(text).toBe('part');
    }
  });

  test('an application that gives up ends the request at the destination', async () => {
    const gone = Promise.withResolvers<unknown>();
    const { rig } = await gatewayTo(up, (request, response) => {
      request.on('aborted', () => gone.resolve('aborted'));
      request.on('error', () => undefined);
      response.write('begin');
    });
    const { sink, answer, abort } = ask(rig, down);
    sink.write('half of it');
    await once((await answer).body, 'data');
    abort();
    expect(await gone.promise).toBe('aborted');
  });

  test('a request that breaks off never looks complete', async () => {
    const end = Promise.withResolvers<string>();
    const { rig } = await gatewayTo(up, (request) => {
      request.on('data', () => undefined);
      void endOf(request).then(end.resolve);
    });
    const { sink, abort } = ask(rig, down);
    await new Promise((done) => sink.write('half of it', done));
    await vi.waitFor(() => expect(rig.gateways[0]?.bytes.aToB).toBeGreaterThan(500), patience);
    abort();
    expect(await end.promise).not.toBe('whole');
  });

  test('trailers, interim answers and an early refusal', async () => {
    const { rig } = await gatewayTo(up, (request, response) => {
      if (request.url === '/refuse') {
        response.writeHead(413, { 'content-length': '3' }).end('no!');
        return;
      }
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      request.resume();
      request.on('end', () => {
        response.writeHead(200, { trailer: 'x-sum' });
        response.write('content');
        response.addTrailers({ 'x-sum': request.headers['x-none'] === undefined ? '42' : '' });
        response.end();
      });
    });
    const { sink, answer } = ask(rig, down);
    const hints = once(sink, down === 'h2' ? 'headers' : 'information') as Promise<[http.InformationEvent]>;
    sink.end('x');
    const [info] = await hints;
    expect(JSON.stringify(info)).toContain('</a.css>; rel=preload');
    const { body } = await answer;
    const trailers = down === 'h2' ? once(body, 'trailers').then(([found]) => found as object) : null;
    expect(await textOf(body)).toBe('content');
    expect(trailers === null ? (body as http.IncomingMessage).trailers : await trailers).toMatchObject({
      'x-sum': '42',
    });

    const refused = ask(rig, down, 'POST', '/refuse');
    refused.sink.write('much');
    const early = await refused.answer;
    expect(early.status).toBe(413);
    expect(await textOf(early.body)).toBe('no!');
  });

  test('answers without content keep what they say of it', async () => {
    const { rig } = await gatewayTo(up, (request, response) => {
      if (request.method === 'HEAD') response.writeHead(200, { 'content-length': '1234' }).end();
      else response.writeHead(request.url === '/204' ? 204 : 304, { etag: '"x"' }).end();
    });
    const head = ask(rig, down, 'HEAD');
    head.sink.end();
    expect((await head.answer).headers['content-length']).toBe('1234');
    for (const status of [204, 304]) {
      const answer = await ask(rig, down, 'GET', `/${status}`).answer;
      expect(answer.status).toBe(status);
      expect(await textOf(answer.body)).toBe('');
    }
  });
});
