// Looks at what the capture needs: before it starts, and by a connection of the agent to itself through its own rules.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { addressOfBytes } from '../../protocol/address.ts';
import { explain } from '../../protocol/error.ts';
import {
  type CaptureObstacle,
  captureObstacle,
  obstacleOfProbe,
  otherNameRedirection,
  type Prevented,
  prevented,
  type ProbeOutcome,
} from '../core/capture-obstacle.ts';
import { defaultIpv4Route } from '../core/default-route.ts';
import type { Endpoint } from '../core/nft-ruleset.ts';
import { nftPaths } from './nft-session.ts';
import { ipPaths } from './offline-route.ts';

/** Where the probe's connection must arrive: in the block of the synthetic range, on a port of its own. */
const arrivalAddress = addressOfBytes([127, 6, 255, 254]);
/** Loopback answers in microseconds; this is for a machine under load. */
const probeTimeoutMs = 2_000;
const listTimeoutMs = 5_000;
const netAdmin = 12n;

/** The agent asks one question at a time; whoever else comes there holds no more descriptors than these. */
const mostClients = 16;

export type ProbeTarget = {
  readonly kind: 'listening';
  readonly arrives: Endpoint;
  readonly close: () => void;
};

/** What forbids the capture before anything is tried, or null. */
export function standingObstacle(uid: number, onlyUid: number | null): CaptureObstacle | null {
  if (process.platform !== 'linux') return captureObstacle('not-linux');
  if (uid === 0) return captureObstacle('runs-as-root');
  if (uid === onlyUid) return captureObstacle('captures-itself');
  if (!nftPaths.some((path) => existsSync(path))) return captureObstacle('nft-missing');
  if (!ipPaths.some((path) => existsSync(path))) return captureObstacle('ip-missing');
  return mayChangeRules() ? null : captureObstacle('no-net-admin');
}

/** Says who it is to whoever connects: only the agent's own rule leads there. */
export async function startProbeTarget(): Promise<ProbeTarget | Prevented> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setTimeout(probeTimeoutMs, () => socket.destroy());
    socket.end(greeting);
  });
  server.maxConnections = mostClients;
  server.listen(0, arrivalAddress.text);
  try {
    await once(server, 'listening');
  } catch (error) {
    // Every address of 127.0.0.0/8 is there while the interface is up.
    return prevented(captureObstacle('no-route', explain(error)));
  }
  server.on('error', () => undefined);
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return { kind: 'listening', arrives: { address: arrivalAddress, port }, close: () => server.close() };
}

/** Connects through the capture. Never rejects. */
export function probeCapture({ address, port }: Endpoint): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.text, port });
    let heard = '';
    const settle = (outcome: ProbeOutcome): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => settle('timeout'), probeTimeoutMs);
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      if (heard.length > greeting.length) settle(anotherProgram);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => settle({ code: error.code ?? error.message }));
    socket.once('end', () => settle(heard === greeting ? 'arrived' : anotherProgram));
  });
}

/** What is in the way of a capture whose rules are loaded. */
export async function findObstacles(probe: Endpoint): Promise<readonly CaptureObstacle[]> {
  const [outcome, routes, ruleset] = await Promise.all([
    probeCapture(probe),
    readFile('/proc/net/route', 'utf8').catch(() => ''),
    listRuleset(),
  ]);
  const other = otherNameRedirection(ruleset);
  return [
    obstacleOfProbe(outcome, ruleset),
    defaultIpv4Route(routes) === null ? captureObstacle('no-default-route') : null,
    other === null ? null : captureObstacle('names-redirected-elsewhere', other),
  ].filter((obstacle) => obstacle !== null);
}

const greeting = 'opengsa';
const anotherProgram = { code: 'answered by another program' } as const;

function mayChangeRules(): boolean {
  const status = readFileSync('/proc/self/status', 'utf8');
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> netAdmin) & 1n) === 1n;
}

/** Empty where it cannot be had: then nothing is known of other programs' rules. */
function listRuleset(): Promise<string> {
  const path = nftPaths.find((candidate) => existsSync(candidate));
  if (path === undefined) return Promise.resolve('');
  const limits = { timeout: listTimeoutMs, maxBuffer: 64 * 1024 * 1024, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    // -t leaves the elements of sets out, of which there may be thousands.
    execFile(
      path,
      ['-t', 'list', 'ruleset'],
      { ...limits, cwd: '/', env: { LC_ALL: 'C' } },
      (_error, stdout) => resolve(stdout),
    );
  });
}
