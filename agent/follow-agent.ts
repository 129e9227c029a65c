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
  /** Connects anew, because the language is another. The agent counts as seen meanwhile. */
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
  let renewing = false;

  async function follow(): Promise<void> {
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
    // Nobody would end a connection that stands only after the end.
    if (setup.stop.aborted) {
      agent.close();
      return;
    }
    const close = () => agent.close();
    setup.stop.addEventListener('abort', close, { once: true });
    try {
      const status = await agent.call('status.subscribe', {});
      refusal = null;
      client = agent;
      sight = { kind: 'seen', status };
      tried.resolve(undefined);
      setup.changed();
      await agent.closed;
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

  const again = (): void => {
    if (setup.stop.aborted) return;
    follow()
      .catch((error: unknown) => {
        if (error instanceof OpenGsaError && error.code === 'agent-not-running') return;
        const cause = explain(error);
        if (cause !== refusal) setup.refused(cause, error instanceof OpenGsaError ? error.code : 'internal');
        refusal = cause;
      })
      .finally(() => {
        tried.resolve(undefined);
        const soon = renewing;
        renewing = false;
        if (!soon) lose();
        if (!setup.stop.aborted) setup.clock.setTimer(again, soon ? 0 : tryAgainMs);
      });
  };
  again();
  return {
    sight: () => sight,
    client: () => client,
    renew() {
      renewing = client !== null;
      client?.close();
    },
    tried: tried.promise,
  };
}
