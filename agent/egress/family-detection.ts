// Runs the egress machine of one address family against real time: its two timers and the one probe in flight.
import type { Family } from '../../protocol/address.ts';
import type { Clock, Timer } from '../clock.ts';
import type { AddressChange } from '../core/address-change.ts';
import {
  type EgressEffect,
  type EgressEvent,
  type EgressState,
  egressTransition,
  initialEgressState,
} from '../core/egress-state.ts';
import type { Random } from '../random.ts';
import type { ProbeWitness, WitnessAnswer } from './witness-probe.ts';

export type FamilyDetectionSettings = {
  /** Null where the organisation has no witness of this family. */
  readonly ask: ProbeWitness | null;
  /** Who runs the witness, for the evidence. */
  readonly operator: string;
  /** The longest time between two questions, in ms, however long the statement lives. */
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
  /** Asks the witness; who asks while a question is out gets the same answer. Never rejects. */
  readonly probe: () => Promise<void>;
};

type Probe = { readonly abort: AbortController; readonly done: Promise<void> };

export function createFamilyDetection(family: Family, settings: FamilyDetectionSettings): FamilyDetection {
  const { ask, clock } = settings;
  let state = initialEgressState(family, 0);
  let started = false;
  let inFlight: Probe | null = null;
  let probeTimer: Timer | null = null;
  let checkTimer: Timer | null = null;

  const send = (event: EgressEvent): void => {
    const step = egressTransition(state, event, clock.now());
    const changed = step.state !== state;
    state = step.state;
    for (const effect of step.effects) perform(effect);
    if (changed) settings.onChange();
  };

  const perform = (effect: EgressEffect): void => {
    switch (effect.kind) {
      case 'probe': {
        planProbe(effect.afterMs * (1 - effect.spread * settings.random()));
        return;
      }
      case 'abort-probe': {
        abortProbe();
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

  const planProbe = (afterMs: number): void => {
    probeTimer?.cancel();
    if (!started || ask === null) return;
    probeTimer = clock.setTimer(() => void probe(), Math.min(afterMs, settings.longestIntervalMs));
  };

  const planCheck = (at: number | null): void => {
    checkTimer?.cancel();
    if (!started || at === null) return;
    checkTimer = clock.setTimer(() => send({ kind: 'expired' }), at - clock.now());
  };

  const abortProbe = (): void => {
    inFlight?.abort.abort();
    inFlight = null;
  };

  const probe = (): Promise<void> => {
    if (inFlight !== null) return inFlight.done;
    if (!started || ask === null) return Promise.resolve();
    const abort = new AbortController();
    const { generation } = state;
    send({ kind: 'probe-started', generation });
    const done = ask(abort.signal).then((answer) => {
      if (abort.signal.aborted) return;
      inFlight = null;
      send(eventFrom(answer, generation, settings.operator, clock.now()));
    });
    inFlight = { abort, done };
    return done;
  };

  return {
    state: () => state,
    send,
    probe,
    start: () => {
      started = true;
      void probe();
    },
    stop: () => {
      started = false;
      abortProbe();
      probeTimer?.cancel();
      checkTimer?.cancel();
    },
  };
}

function eventFrom(answer: WitnessAnswer, generation: number, operator: string, at: number): EgressEvent {
  const asked = { source: 'witness', operator, at, generation } as const;
  if (answer.kind === 'failed') {
    return { kind: 'probe-failed', failure: { ...asked, reason: answer.reason, detail: answer.detail } };
  }
  const { address, token } = answer;
  return { kind: 'observation', observation: { ...asked, address, token, signed: true, overTls: true } };
}
