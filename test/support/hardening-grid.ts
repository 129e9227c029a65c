// What becomes of a program's connection while the tunnel is up, in between or down: every case, as it is documented.
import { families, type Family } from '../../protocol/address.ts';
import type { Hardening } from '../../protocol/profile.ts';

/** How the agent and its edge stand, by the words of docs/security.md. */
export const gridStates = [
  'disabled',
  'connecting',
  'connected',
  'draining',
  'backing off',
  'captive portal',
  'edge refuses',
  'agent killed',
  'agent frozen',
] as const;
export type GridState = (typeof gridStates)[number];

/** How a program comes to the agent. */
export const gridFronts = ['HTTP proxy', 'SOCKS5', 'transparent'] as const;
export type GridFront = (typeof gridFronts)[number];

export const gridHardenings = ['bypass', 'block'] as const satisfies readonly Hardening[];

/** `stalls`: nothing comes back for as long as the program cares to wait. */
export type GridOutcome = 'through the edge' | 'direct' | 'refused' | 'waits, then refused' | 'stalls';

export type Expectation = {
  readonly outcome: GridOutcome;
  /** The reason in the agent's flow record; null where it makes none. */
  readonly reason: string | null;
};

export type GridCell = {
  readonly state: GridState;
  readonly hardening: Hardening;
  readonly family: Family;
  readonly front: GridFront;
};

type ByHardening = Readonly<Record<Hardening, Expectation>>;

/** No case differs between the families of destinations. */
export function expectationOf({ state, hardening, front }: GridCell): Expectation {
  return expectations[kindOf(front)][state][hardening];
}

export function cellsOf(state: GridState): readonly GridCell[] {
  return gridHardenings.flatMap((hardening) =>
    families.flatMap((family) => gridFronts.map((front) => ({ state, hardening, family, front }))),
  );
}

/** The same as rows of text: a heading, then one row per state. `reason` is set as code. */
export function gridTable(): readonly (readonly string[])[] {
  const columns = frontKinds.flatMap((kind) => gridHardenings.map((hardening) => ({ kind, hardening })));
  return [
    ['state', ...columns.map(({ kind, hardening }) => `${kind}, \`${hardening}\``)],
    ...gridStates.map((state) => [
      state,
      ...columns.map(({ kind, hardening }) => inWords(expectations[kind][state][hardening])),
    ]),
  ];
}

const frontKinds = ['proxy', 'transparent'] as const;
type FrontKind = (typeof frontKinds)[number];

function kindOf(front: GridFront): FrontKind {
  return front === 'transparent' ? front : 'proxy';
}

function inWords({ outcome, reason }: Expectation): string {
  return reason === null ? outcome : `${outcome} (\`${reason}\`)`;
}

function both(outcome: GridOutcome, reason: string | null = null): ByHardening {
  return { bypass: { outcome, reason }, block: { outcome, reason } };
}

const withoutTunnel: ByHardening = {
  bypass: { outcome: 'direct', reason: 'hardening-bypass' },
  block: { outcome: 'refused', reason: 'hardening-block' },
};

const whileConnecting: ByHardening = {
  ...withoutTunnel,
  block: { outcome: 'waits, then refused', reason: 'hardening-block' },
};

const expectations: Readonly<Record<FrontKind, Readonly<Record<GridState, ByHardening>>>> = {
  proxy: {
    disabled: both('direct', 'disconnected'),
    connecting: whileConnecting,
    connected: both('through the edge', 'rule-forward'),
    draining: withoutTunnel,
    'backing off': withoutTunnel,
    'captive portal': withoutTunnel,
    'edge refuses': withoutTunnel,
    'agent killed': both('refused'),
    'agent frozen': both('stalls'),
  },
  transparent: {
    // Nothing is captured, so nothing is recorded.
    disabled: both('direct'),
    connecting: whileConnecting,
    connected: both('through the edge', 'rule-forward'),
    draining: withoutTunnel,
    'backing off': withoutTunnel,
    'captive portal': withoutTunnel,
    'edge refuses': withoutTunnel,
    'agent killed': {
      bypass: { outcome: 'direct', reason: null },
      block: { outcome: 'refused', reason: null },
    },
    'agent frozen': both('stalls'),
  },
};
