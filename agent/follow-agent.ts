// Keeps a connection to the agent for as long as a program lives, and says what is known of the agent at each moment.
import { type ErrorCode, explain, OpenGsaError } from '../protocol/error.ts';
import type { Language } from '../protocol/language.ts';
import type { FlowRecord } from '../protocol/flow-record.ts';
import type { Clock } from './clock.ts';
import type { AgentSight } from './core/proxy-wanted.ts';
import { connectToAgent, type ManagementClient } from './management/client.ts';

export type FollowSetup = {
  readonly socketPath: string;
  readonly program: string;
  readonly clock: Clock;
  /** In which the agent is to speak, asked at each connection; English without it. */
  readonly language?: () => Language;
  readonly stop: AbortSignal;
  /** Something about the agent is different; counters that move are not told apart. */
  readonly changed: () => void;
  /** The agent is there and cannot be talked to. For the person; once per cause. */
  readonly refused: (cause: string, code: ErrorCode) => void;
  /** Gets what comes after `flows.subscribe`. */
  readonly flows?: (flows: readonly FlowRecord[]) => void;
};

const tryAgainMs = 1_000;

export type FollowedAgent = {
  readonly sight: () => AgentSight;
  /** The connection; null while there is none. */
  readonly client: () => ManagementClient | null;
  /** Connects anew, because the language is another. An agent that was seen counts as seen meanwhile. */
  readonly renew: () => void;
  /** Resolves when the first attempt has shown whether the agent is there. */
  readonly tried: Promise<void>;
};

/** Follows until `stop`. Returns at once. */
export function followAgent(setup: FollowSetup): FollowedAgent {
  const tried = Promise.withResolvers<undefined>();
  let sight: AgentSight = { kind: 'never-seen' };
  let client: ManagementClient | null = null;
  let refusal: string | null = null;
  /** How often another connection was wished for: one that was begun before the last wish is not kept. */
  let renewals = 0;

  async function follow(begun: number): Promise<void> {
    const agent = await connectToAgent({
      socketPath: setup.socketPath,
      program: setup.program,
      language: setup.language?.() ?? 'en',
      status(status) {
        sight = { kind: 'seen', status };
        setup.changed();
      },
      ...(setup.flows === undefined ? {} : { flows: setup.flows }),
    });
    const close = () => agent.close();
    setup.stop.addEventListener('abort', close, { once: true });
    try {
      // Nobody would end a connection that stands only after the end, or in a language that is wanted no longer.
      if (setup.stop.aborted || renewals !== begun) return;
      const status = await agent.call('status.subscribe', {});
      refusal = null;
      client = agent;
      sight = { kind: 'seen', status };
      tried.resolve(undefined);
      setup.changed();
      if (renewals === begun) await agent.closed;
    } finally {
      setup.stop.removeEventListener('abort', close);
      agent.close();
      client = null;
    }
  }

  const lose = (): void => {
    if (sight.kind !== 'seen') return;
    sight = { kind: 'gone', status: sight.status, since: setup.clock.monotonic() };
    setup.changed();
  };

  /** Why there is no connection; whoever is not there refuses nothing. */
  const hear = (error: unknown): void => {
    const isAbsent = error instanceof OpenGsaError && error.code === 'agent-not-running';
    const cause = isAbsent ? null : explain(error);
    if (cause === refusal) return;
    refusal = cause;
    if (cause === null) setup.changed();
    else setup.refused(cause, error instanceof OpenGsaError ? error.code : 'internal');
  };

  const again = (): void => {
    if (setup.stop.aborted) return;
    const begun = renewals;
    void follow(begun).then(
      () => ended(begun, () => undefined),
      (error: unknown) => ended(begun, () => hear(error)),
    );
  };

  function ended(begun: number, tell: () => void): void {
    const isRenewed = renewals !== begun;
    if (!isRenewed) {
      tried.resolve(undefined);
      lose();
      tell();
    }
    if (!setup.stop.aborted) setup.clock.setTimer(again, isRenewed ? 0 : tryAgainMs);
  }

  again();
  return {
    sight: () => sight,
    client: () => client,
    renew() {
      renewals += 1;
      client?.close();
    },
    tried: tried.promise,
  };
}
