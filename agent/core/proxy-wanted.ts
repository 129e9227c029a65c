// Whether the system's proxy setting should lead to the agent at this moment, and why not.
import type { Status } from '../../protocol/status.ts';

/** What the person's session knows of the agent. Times are milliseconds of a clock that never goes back. */
export type AgentSight =
  | { readonly kind: 'never-seen' }
  | { readonly kind: 'seen'; readonly status: Status }
  | { readonly kind: 'gone'; readonly status: Status; readonly since: number };

export type ProxyWanted =
  | { readonly kind: 'wanted'; readonly pacUrl: string; readonly httpProxy: string }
  | {
      readonly kind: 'unwanted';
      readonly reason: 'no-agent' | 'disconnected' | 'not-enrolled' | 'no-proxy-capture' | 'no-http-proxy';
    };

/** An agent that is restarted is back within this time; programs then need not notice. */
export const agentGraceMs = 15_000;

/**
 * A pause leaves the setting alone: it is short, the agent itself lets everything go direct, and a setting that changes
 * twice disturbs more than one that stays.
 */
export function proxyWanted(agent: AgentSight, now: number): ProxyWanted {
  if (agent.kind === 'never-seen') return unwanted('no-agent');
  if (agent.kind === 'gone' && now - agent.since >= agentGraceMs) return unwanted('no-agent');
  const { connection, capture } = agent.status;
  if (connection.kind === 'disabled') return unwanted('disconnected');
  if (connection.kind === 'not-enrolled') return unwanted('not-enrolled');
  if (capture.mode === 'transparent') return unwanted('no-proxy-capture');
  if (capture.pacUrl === null || capture.httpProxy === null) return unwanted('no-http-proxy');
  return { kind: 'wanted', pacUrl: capture.pacUrl, httpProxy: capture.httpProxy };
}

function unwanted(reason: Extract<ProxyWanted, { kind: 'unwanted' }>['reason']): ProxyWanted {
  return { kind: 'unwanted', reason };
}
