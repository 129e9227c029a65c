// How each state of the hardening grid comes about, by what happens to real agents, edges and networks.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Status } from '../../protocol/status.ts';
import { installedProgram } from './debian-programs.ts';
import { destinationOf, type GridLab, gridPorts } from './grid-lab.ts';
import { probe } from './grid-probe.ts';
import { cellsOf, type GridState } from './hardening-grid.ts';
import { labHosts } from './lab-organisation.ts';
import { createPki, writeIdentity } from './pki.ts';
import { edgeMain, pinnedNode } from './processes.ts';

/** What only this state can tell: asked after all connections of the grid have come to an end. */
export type Entered = {
  /** When the agent gave up what flows waited for, in ms since 1970; null while it has not. */
  readonly gaveUpAt: () => number | null;
  /** @throws Error where the state was another one meanwhile */
  readonly confirm: () => Promise<void>;
};

/** Brings a connected agent into the state, and waits until it says so, where it can. */
export const enterState: Readonly<Record<GridState, (grid: GridLab) => Promise<Entered>>> = {
  connected: (grid) => staysAs(grid, 'connected'),
  disabled: async (grid) => {
    await grid.organisation.opengsa('disconnect');
    return staysAs(grid, 'disabled');
  },
  connecting: async (grid) => {
    const watch = grid.organisation.watch();
    // What is established is reset, so that the agent has to connect again, and hears nothing.
    await rules(grid, `${towardsEdge} tcp flags & (syn | ack) == syn drop`, refusesTunnel);
    touchTunnel(grid);
    await sees(() => watch.seen().some(isKind('connecting')));
    return {
      gaveUpAt: () => {
        const given = watch.seen().find(isKind('edge-unreachable'));
        return given === undefined ? null : Date.parse(given.at);
      },
      confirm: () => Promise.resolve(),
    };
  },
  draining: async (grid) => {
    const { lab, edge } = grid.organisation;
    const program = join(import.meta.dirname, '../netlab/programs/listen-through.ts');
    const proxy = String(gridPorts['HTTP proxy']);
    const listener = lab.start('app', pinnedNode, [program, proxy, `${labHosts.ticker}:443`]);
    await listener.line(/^flowing$/);
    // It stops as for an update: GOAWAY, no further connections, and the open flow goes on.
    edge.signal('SIGTERM');
    const entered = await staysAs(grid, 'edge-unreachable');
    return {
      ...entered,
      confirm: async () => {
        await entered.confirm();
        if (listener.stdout() !== 'flowing\n') throw new Error(`the open flow ended: ${listener.stdout()}`);
      },
    };
  },
  'backing off': async (grid) => {
    grid.organisation.edge.signal('SIGKILL');
    return staysAs(grid, 'edge-unreachable');
  },
  'captive portal': async (grid) => {
    await startPortal(grid);
    touchTunnel(grid);
    return staysAs(grid, 'captive-portal');
  },
  'edge refuses': async (grid) => {
    const { lab } = grid.organisation;
    const options = ['--config', 'edge.yaml', '--state-dir', 'edge-state'];
    const { code, stderr } = await lab.run('far', pinnedNode, [
      ...[edgeMain, 'devices', 'revoke', 'laptop'],
      ...options,
    ]);
    if (code !== 0) throw new Error(`the device was not revoked: ${stderr}`);
    return staysAs(grid, 'device-refused');
  },
  'agent killed': async (grid) => {
    const { agent } = grid.organisation;
    await learnNames(grid);
    agent.signal('SIGKILL');
    await agent.ended;
    return unspeaking;
  },
  'agent frozen': async ({ organisation: { agent } }) => {
    agent.signal('SIGSTOP');
    const isStopped = (): boolean => readFileSync(`/proc/${agent.pid}/stat`, 'utf8').includes(') T ');
    await sees(isStopped);
    return unspeaking;
  },
};

const unspeaking: Entered = { gaveUpAt: () => null, confirm: () => Promise.resolve() };
const towardsEdge = `tcp dport ${gridPorts.tunnel}`;
const refusesTunnel = `${towardsEdge} reject with tcp reset`;
/** A guard against a hang, not a measure. */
const patienceMs = 30_000;

async function staysAs({ organisation }: GridLab, kind: Status['connection']['kind']): Promise<Entered> {
  const isIn = async (): Promise<boolean> => isKind(kind)(await organisation.status());
  await sees(isIn);
  return {
    gaveUpAt: () => null,
    confirm: async () => {
      if (!(await isIn())) throw new Error(`it is ${kind} no more`);
    },
  };
}

function isKind(kind: Status['connection']['kind']): (status: Status) => boolean {
  return ({ connection }) => connection.kind === kind;
}

async function sees(condition: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error('the state did not come about');
    await setTimeout(20);
  }
}

/** Programs have asked for the names before, so that the agent knows where they lead to, and guards that. */
async function learnNames(grid: GridLab): Promise<void> {
  const captured = cellsOf('connected').filter(({ front }) => front === 'transparent');
  await Promise.all(captured.map((cell) => probe(grid, cell, patienceMs)));
  const guarded = captured.filter(({ hardening }) => hardening === 'block').map(destinationOf);
  await sees(async () => {
    const { stdout } = await grid.organisation.lab.run('app', installedProgram('nft')!, ['list', 'ruleset']);
    return guarded.every(({ named }) => stdout.includes(named));
  });
}

/** Rules for what the device's router passes on. */
async function rules({ organisation: { lab } }: GridLab, ...passing: readonly string[]): Promise<void> {
  await nft(
    lab.router('nat1'),
    `table inet gate {\nchain pass { type filter hook forward priority filter; ${passing.join('; ')}; }\n}`,
  );
}

async function nft(
  router: ReturnType<GridLab['organisation']['lab']['router']>,
  text: string,
): Promise<void> {
  const { code, stderr } = await router.run(installedProgram('nft')!, ['-f', '-'], { input: `${text}\n` });
  if (code !== 0) throw new Error(`nft: ${stderr}`);
}

/** It refuses the tunnel and sends whoever asks over plain HTTP to its page; other ports it lets through. */
async function startPortal(grid: GridLab): Promise<void> {
  const { lab } = grid.organisation;
  const router = lab.router('nat1');
  const other = createPki().rogue.issue('portal', { usage: 'server', names: ['portal.test'] });
  const { cert, key } = writeIdentity(lab.folder, 'portal', other);
  const program = join(import.meta.dirname, '../netlab/programs/captive-portal.ts');
  const page = 'http://192.0.2.1:8880/login';
  await router.start(pinnedNode, [program, '8880', '8843', cert, key, page]).line(/^ready$/);
  const before = 'type nat hook prerouting priority dstnat; iifname "lan" tcp dport 80 redirect to :8880;';
  await nft(router, `table ip portal {\nchain before { ${before} }\n}`);
  await rules(grid, refusesTunnel);
}

/** A session that nothing moves in does not learn at once that the way is gone. */
function touchTunnel({ organisation: { lab } }: GridLab): void {
  const proxy = `http://127.0.0.1:${gridPorts['HTTP proxy']}`;
  lab.start('app', installedProgram('curl')!, [
    '-s',
    '--proxytunnel',
    '-x',
    proxy,
    `http://${labHosts.ticker}:443/`,
  ]);
}
