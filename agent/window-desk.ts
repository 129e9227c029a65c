// The person's end of the windows: follows the agent and does what windows ask of it, for the desktop and the browser alike.
import { type ErrorCode, explain, OpenGsaError } from '../protocol/error.ts';
import type { FlowRecord } from '../protocol/flow-record.ts';
import { healthCheckIds } from '../protocol/health-checks.ts';
import type { Language } from '../protocol/language.ts';
import type { LogBundle } from '../protocol/log-bundle.ts';
import { parse } from '../protocol/parse.ts';
import {
  agentCalls,
  type AgentLink,
  deskCalls,
  shellCalls,
  type WindowCallResult,
  type WindowState,
} from '../protocol/window.ts';
import { openAddress } from './browser/open-address.ts';
import type { Clock } from './clock.ts';
import { followAgent } from './follow-agent.ts';
import type { ManagementClient } from './management/client.ts';
import { createFlowFollowing } from './flow-following.ts';
import { reportHealth } from './person-health.ts';
import { collectLogs, type PersonLogsSetup, previewLogs } from './person-logs.ts';
import { signInFromWindow } from './window-sign-in.ts';

/** What the desk does; the rest of a window's calls is its shell's. */
export type DeskCall = keyof typeof agentCalls | (typeof deskCalls)[number];

export type WindowDeskSetup = {
  readonly socketPath: string;
  readonly stateDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Who asks, for the agent's log. */
  readonly program: string;
  readonly clock: Clock;
  /** In which the agent is to speak, at the start. */
  readonly language: Language;
  readonly stop: AbortSignal;
};

export type WindowDesk = {
  readonly state: () => WindowState;
  /** Calls `listener` whenever the state differs, until the returned function is called. */
  readonly onState: (listener: (state: WindowState) => void) => () => void;
  /** Has the agent speak another language. */
  readonly speak: (language: Language) => void;
  /**
   * Calls `listener` with every record, then with those that are new or changed, until the returned function is called;
   * from the start again whenever somebody else begins to follow, or another agent answers.
   */
  readonly followFlows: (listener: (flows: readonly FlowRecord[]) => void) => () => void;
  readonly isDeskCall: (call: string) => call is DeskCall;
  /** @throws OpenGsaError `bad-message` for wrong parameters, `agent-not-running` and what the agent answers */
  readonly call: <C extends DeskCall>(call: C, params: unknown) => Promise<WindowCallResult<C>>;
  /**
   * The bundle for `bundle.save`, which its shell puts where the person wants it. Where the agent cannot be asked, it
   * holds what is known without it.
   *
   * @param version of this program
   * @throws OpenGsaError `bad-message` for wrong parameters, and what the agent answers
   */
  readonly collectLogs: (params: unknown, version: string) => Promise<LogBundle>;
};

/** Follows the agent until `stop`. */
export function createWindowDesk(setup: WindowDeskSetup): WindowDesk {
  const { clock } = setup;
  let { language } = setup;
  const listeners = new Set<(state: WindowState) => void>();
  const startedAt = iso(clock.now());
  const flows = createFlowFollowing(() => agent.client());
  let refusal: AgentLink | null = null;
  let tried = false;
  let goneAt = startedAt;

  const tell = (): void => {
    const state = current();
    for (const listener of listeners) listener(state);
  };
  const agent = followAgent({
    ...{ socketPath: setup.socketPath, program: setup.program, clock, stop: setup.stop },
    language: () => language,
    changed() {
      refusal = null;
      if (agent.sight().kind !== 'seen') goneAt = iso(clock.now());
      flows.agentMayDiffer();
      tell();
    },
    flows: flows.tell,
    refused(cause, code) {
      refusal = refusedLink(code, cause, iso(clock.now()));
      tell();
    },
  });
  void agent.tried.then(() => {
    tried = true;
    tell();
  });

  function current(): WindowState {
    const sight = agent.sight();
    const status = sight.kind === 'never-seen' ? null : sight.status;
    if (sight.kind === 'seen') return { link: { kind: 'live' }, status };
    if (refusal !== null) return { link: refusal, status };
    return { link: tried ? { kind: 'absent', since: goneAt } : { kind: 'starting' }, status };
  }

  function person(): PersonLogsSetup {
    return {
      client,
      askAgent: async (ids) => client().call('health.get', { only: [...ids] }),
      ...{ socketPath: setup.socketPath, stateDir: setup.stateDir, environment: setup.environment, clock },
      language,
    };
  }

  function client(): ManagementClient {
    const connected = agent.client();
    if (connected !== null) return connected;
    if (refusal?.kind === 'denied') throw new OpenGsaError('access-denied', refusal.cause);
    if (refusal?.kind === 'refused') throw new OpenGsaError('version-mismatch', refusal.cause);
    throw new OpenGsaError('agent-not-running', `nothing answers on ${setup.socketPath}`);
  }

  return {
    state: current,
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    speak(wanted) {
      if (wanted === language) return;
      language = wanted;
      agent.renew();
    },
    followFlows: flows.follow,
    isDeskCall: (name): name is DeskCall =>
      deskCalls.some((one) => one === name) || Object.hasOwn(agentCalls, name),
    call: (name, params) => answerDeskCall(name, params, { person, client, environment: setup.environment }),
    collectLogs: async (params, version) => collectLogs(bundleWish(params), version, person()),
  };
}

type DeskParts = {
  readonly client: () => ManagementClient;
  readonly person: () => PersonLogsSetup;
  readonly environment: WindowDeskSetup['environment'];
};

async function answerDeskCall<C extends DeskCall>(
  name: C,
  params: unknown,
  parts: DeskParts,
): Promise<WindowCallResult<C>>;
async function answerDeskCall(
  name: DeskCall,
  params: unknown,
  { client, person, environment }: DeskParts,
): Promise<unknown> {
  switch (name) {
    case 'health.run': {
      const { only } = parse(shellCalls[name].params, params, name);
      return reportHealth(only ?? healthCheckIds, person());
    }
    case 'person.sign-in':
      parse(shellCalls[name].params, params, name);
      await signInFromWindow(client(), (address) => openAddress(address, environment));
      return {};
    default: {
      const asked = parse(agentCalls[name].params, params, name);
      return name === 'logs.preview' ? previewLogs(person()) : client().call(name, asked);
    }
  }
}

function bundleWish(params: unknown) {
  return parse(shellCalls['bundle.save'].params, params, 'bundle.save');
}

/** A fault as windows get it. */
export function callFault(error: unknown): { readonly code: ErrorCode; readonly message: string } {
  return { code: error instanceof OpenGsaError ? error.code : 'internal', message: explain(error) };
}

function refusedLink(code: ErrorCode, cause: string, since: string): AgentLink {
  return { kind: code === 'access-denied' ? 'denied' : 'refused', since, cause };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
