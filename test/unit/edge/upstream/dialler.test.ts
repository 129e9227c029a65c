// Connecting to vetted addresses: which one is taken, from where, and what a failure is called.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Endpoint } from '../../../../edge/core/edge-policy.ts';
import { createDialler, type DialRequest, type Dialled } from '../../../../edge/upstream/dialler.ts';
import { createEgressPorts } from '../../../../edge/upstream/egress-ports.ts';
import { parseAddress } from '../../../../protocol/address.ts';
import { closedPort, type Origin, startEcho } from '../../../support/origins.ts';
import { createProgramGroup, pinnedNode, type ProgramGroup } from '../../../support/processes.ts';

const anyEgress = { ipv4: null, ipv6: null };
const ports = createEgressPorts(Math.random() * 2 ** 31);
const dial = createDialler({ ports });

let group: ProgramGroup;
let echo: Origin;
let opened: Socket[];

beforeEach(async () => {
  group = createProgramGroup();
  echo = await startEcho();
  opened = [];
});
afterEach(async () => {
  for (const socket of opened) socket.destroy();
  await echo.close();
  await group.end();
});

function at(host: string, port: number): Endpoint {
  return { address: parseAddress(host)!, port };
}

async function dialled(
  endpoints: readonly Endpoint[],
  options: Partial<DialRequest> = {},
  using = dial,
): Promise<Dialled> {
  const signal = new AbortController().signal;
  const result = await using({ endpoints, egress: anyEgress, signal, ...options });
  if (result.kind === 'connected') opened.push(result.socket);
  return result;
}

describe('of several addresses', () => {
  test('one that refuses gives way to the next at once', async () => {
    const refusing = at('127.0.0.1', await closedPort());
    const started = performance.now();
    const result = await dialled([refusing, at(echo.host, echo.port)]);
    expect(result).toMatchObject({ kind: 'connected', endpoint: { port: echo.port } });
    expect(performance.now() - started).toBeLessThan(240);
  });

  test('the families take turns', async () => {
    const ipv6 = await startEcho('::1');
    const refusing = at('127.0.0.1', await closedPort());
    const result = await dialled([refusing, at(echo.host, echo.port), at('::1', ipv6.port)]);
    expect(result).toMatchObject({ kind: 'connected', endpoint: { address: { text: '::1' } } });
    expect(echo.connections()).toBe(0);
    await ipv6.close();
  });

  test('one that stays silent is joined by the next after a quarter of a second, and given up', async () => {
    const silent = await startFull();
    const started = performance.now();
    const result = await dialled([silent, at(echo.host, echo.port)]);
    expect(result).toMatchObject({ kind: 'connected', endpoint: { port: echo.port } });
    expect(performance.now() - started).toBeGreaterThanOrEqual(240);
  });

  test('none that answers gives the reason of the last', async () => {
    const refusing = [at('127.0.0.1', await closedPort()), at('::1', await closedPort('::1'))];
    expect(await dialled(refusing)).toEqual({
      kind: 'failed',
      denial: { error: 'connection_refused', reason: 'connect-refused' },
    });
  });

  test('none at all is a failure, not a wait', async () => {
    expect(await dialled([])).toMatchObject({ kind: 'failed', denial: { reason: 'no-usable-address' } });
  });
});

describe('a request that is given up', () => {
  test('before it began opens nothing', async () => {
    const signal = AbortSignal.abort();
    expect(await dialled([at(echo.host, echo.port)], { signal })).toEqual({ kind: 'aborted' });
    expect(echo.connections()).toBe(0);
  });

  test('while it waits ends at once', async () => {
    const silent = await startFull();
    const controller = new AbortController();
    const waiting = dialled([silent], { signal: controller.signal });
    controller.abort();
    expect(await waiting).toEqual({ kind: 'aborted' });
  });
});

describe('from a configured egress address', () => {
  const egress = { ipv4: '127.20.0.1', ipv6: null };

  test('the port is one of ours, another one each time', async () => {
    const results = [
      await dialled([at(echo.host, echo.port)], { egress }),
      await dialled([at(echo.host, echo.port)], { egress }),
    ];
    const locals = results.map((result) =>
      result.kind === 'connected' ? [result.socket.localAddress, result.socket.localPort] : [],
    );
    expect(locals.map(([address]) => address)).toEqual(['127.20.0.1', '127.20.0.1']);
    const [first, second] = locals.map(([, port]) => Number(port));
    expect(first).not.toBe(second);
    for (const port of [first, second]) expect(port! >= 10_000 && port! <= 32_000).toBe(true);
  });

  test('a port that somebody holds is passed over', async () => {
    const holder = createServer().listen(0, '127.20.0.1');
    await once(holder, 'listening');
    const { port: taken } = holder.address() as AddressInfo;
    const given = [taken, taken, ports.next()];
    const picky = createDialler({ ports: { next: () => given.shift() ?? ports.next() } });
    expect(await dialled([at(echo.host, echo.port)], { egress }, picky)).toMatchObject({ kind: 'connected' });
    expect(given).toEqual([]);
    holder.close();
  });

  test('an address that this machine does not have is named as the fault', async () => {
    const foreign = { ipv4: '192.0.2.9', ipv6: null };
    expect(await dialled([at(echo.host, echo.port)], { egress: foreign })).toEqual({
      kind: 'failed',
      denial: { error: 'proxy_configuration_error', reason: 'egress-address-unavailable' },
    });
  });
});

/**
 * A listener that accepts nobody and whose queue is full: the kernel lets further connections wait. Its program is
 * stopped, since Node accepts by itself.
 */
async function startFull(): Promise<Endpoint> {
  const script =
    "const s = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log('port ' + s.address().port))";
  const program = group.start(pinnedNode, ['-e', script]);
  const port = Number((await program.line(/^port /)).slice(5));
  program.signal('SIGSTOP');
  await vi.waitFor(async () => {
    const filler = connect(port, '127.0.0.1');
    filler.on('error', () => undefined);
    opened.push(filler);
    const outcome = await Promise.race([
      once(filler, 'connect').then(() => 'taken'),
      new Promise((resolve) => setTimeout(() => resolve('waits'), 100)),
    ]);
    expect(outcome).toBe('waits');
  }, 10_000);
  return at('127.0.0.1', port);
}
