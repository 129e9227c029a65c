// Runs the egress machine of one address family against real time: its timers, and whom it asks.
import type { Family } from '../../protocol/address.ts';
import type { Clock, Timer } from '../clock.ts';
import type { AddressChange } from '../core/address-change.ts';
import type { EgressSource, EgressToken } from '../core/consensus.ts';
import {
  type EgressEffect,
  type EgressEvent,
  type EgressState,
  egressTransition,
  initialEgressState,
  type Probed,
} from '../core/egress-state.ts';
import type { Random } from '../random.ts';
import { type Asking, createAsking } from './asking.ts';
import type { ProbeAnswer, ThirdParty } from './probe.ts';
import type { ProbeWitness, WitnessAnswer } from './witness-probe.ts';

export type Witness = {
  /** Who runs it, and its host, for the evidence. */
  readonly operator: string;
  readonly asked: string;
  readonly ask: ProbeWitness;
};

export type FamilyDetectionSettings = {
  /** Null where the organisation has no witness of this family. */
  readonly witness: Witness | null;
  /** Empty unless somebody enabled them. */
  readonly thirdParties: readonly ThirdParty[];
  /** The longest time between two questions to the witness, in ms, however long its statement lives. */
  readonly longestIntervalMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly onChange: () => void;
  readonly onAddressChanged: (change: AddressChange) => void;
};

export type FamilyDetection = {
  readonly state: () => EgressState;
  readonly send: (event: EgressEvent) => void;
  readonly start: () => void;
  readonly stop: () => void;
  /** Asks the witness and every third party; who asks while questions are out gets the same answers. Never rejects. */
  readonly probe: () => Promise<void>;
};

export function createFamilyDetection(family: Family, settings: FamilyDetectionSettings): FamilyDetection {
  const { witness, thirdParties, clock } = settings;
  const sources = { witness: witness !== null, thirdParties: thirdParties.length > 0 };
  let state = initialEgressState(family, 0, sources);
  let started = false;
  let checkTimer: Timer | null = null;

  const send = (event: EgressEvent): void => {
    const step = egressTransition(state, event, clock.now());
    const changed = step.state !== state;
    state = step.state;
    for (const effect of step.effects) perform(effect);
    if (changed) settings.onChange();
  };

  const askings = createAskings(settings, { state: () => state, send });
  const both = [askings.witness, askings['third-parties']];

  const perform = (effect: EgressEffect): void => {
    switch (effect.kind) {
      case 'probe': {
        if (!started) return;
        const afterMs = effect.afterMs * (1 - effect.spread * settings.random());
        const longestMs = effect.of === 'witness' ? settings.longestIntervalMs : Infinity;
        askings[effect.of].plan(Math.min(afterMs, longestMs));
        return;
      }
      case 'forget-probe': {
        askings[effect.of].forget();
        return;
      }
      case 'abort-probes': {
        both.forEach((asking) => asking.abort());
        return;
      }
      case 'check': {
        planCheck(effect.at);
        return;
      }
      case 'address-changed': {
        settings.onAddressChanged(effect.change);
        return;
      }
    }
  };

  const planCheck = (at: number | null): void => {
    checkTimer?.cancel();
    if (!started || at === null) return;
    checkTimer = clock.setTimer(() => send({ kind: 'expired' }), at - clock.now());
  };

  return {
    state: () => state,
    send,
    probe: async () => {
      if (!started) return;
      await Promise.all([
        ...(sources.witness ? [askings.witness.run()] : []),
        ...(sources.thirdParties ? [askings['third-parties'].run()] : []),
      ]);
    },
    start: () => {
      started = true;
      if (sources.witness) void askings.witness.run();
      else if (sources.thirdParties) void askings['third-parties'].run();
    },
    stop: () => {
      started = false;
      both.forEach((asking) => asking.abort());
      checkTimer?.cancel();
    },
  };
}

/** Both questions report to the machine what came back, unless they were given up. */
function createAskings(
  { witness, thirdParties, clock }: FamilyDetectionSettings,
  machine: Pick<FamilyDetection, 'state' | 'send'>,
): Readonly<Record<Probed, Asking>> {
  const begin = (of: Probed): number => {
    const { generation } = machine.state();
    machine.send({ kind: 'probe-started', of, generation });
    return generation;
  };
  return {
    witness: createAsking(clock, async (signal) => {
      if (witness === null) return;
      const generation = begin('witness');
      const answer = await witness.ask(signal);
      if (signal.aborted) return;
      const voice = { ...witness, source: 'witness', overTls: true } as const;
      machine.send(eventFrom(voice, answer, generation, clock.now()));
    }),
    'third-parties': createAsking(clock, async (signal) => {
      const generation = begin('third-parties');
      const asked = thirdParties.map(async (party) => {
        const answer = await party.ask(signal);
        if (!signal.aborted) machine.send(eventFrom(party, answer, generation, clock.now()));
      });
      await Promise.all(asked);
      if (!signal.aborted) machine.send({ kind: 'round-ended', generation });
    }),
  };
}

type Voice = {
  readonly source: EgressSource;
  readonly operator: string;
  readonly asked: string;
  readonly overTls: boolean;
};

function eventFrom(
  { source, operator, asked, overTls }: Voice,
  answer: WitnessAnswer | ProbeAnswer,
  generation: number,
  at: number,
): EgressEvent {
  const voice = { source, operator, asked, at, generation };
  if (answer.kind === 'failed') {
    return { kind: 'probe-failed', failure: { ...voice, reason: answer.reason, detail: answer.detail } };
  }
  const token: EgressToken | null = 'token' in answer ? answer.token : null;
  return {
    kind: 'observation',
    observation: { ...voice, address: answer.address, overTls, token, signed: token !== null },
  };
}
