import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  probeCapture,
  standingObstacle,
  startProbeTarget,
} from '../../../../agent/transparent/self-probe.ts';
import { parseAddress } from '../../../../protocol/address.ts';

describe.skipIf(process.platform !== 'linux')('before the capture starts', () => {
  test('an agent that runs as root, or is to capture itself, is told so', () => {
    expect(standingObstacle(0, null)?.code).toBe('runs-as-root');
    expect(standingObstacle(990, 990)?.code).toBe('captures-itself');
  });
});

describe.skipIf(process.platform !== 'linux')('a probe', () => {
  const open: { close: () => void }[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });

  test('arrives where its target answers', async () => {
    const target = await startProbeTarget();
    if (target.kind === 'prevented') throw new Error(target.obstacle.code);
    open.push(target);
    expect(await probeCapture(target.arrives)).toBe('arrived');
  });

  test('tells the target from another program, and a refusal from both', async () => {
    const server = createServer((socket) => socket.end('220 somebody else'));
    open.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const place = { address: parseAddress('127.0.0.1')!, port };
    expect(await probeCapture(place)).toEqual({ code: 'answered by another program' });
    server.close();
    await once(server, 'close');
    expect(await probeCapture(place)).toEqual({ code: 'ECONNREFUSED' });
  });

  test('does not listen to a program that goes on and on', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      const talk = (): void => void socket.write('and then ', () => setImmediate(talk));
      talk();
    });
    open.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const startedAt = performance.now();
    const place = { address: parseAddress('127.0.0.1')!, port };
    expect(await probeCapture(place)).toEqual({ code: 'answered by another program' });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});
