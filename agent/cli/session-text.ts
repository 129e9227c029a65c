// What `opengsa session` says: what is set where, what was there before, and what comes back.
import type { SessionReport } from '../core/session-report.ts';
import { facts } from './table.ts';

export function sessionText(report: SessionReport): readonly string[] {
  const { chained, warnings } = report;
  return facts([
    ['System proxy', stateText(report)],
    ['Where', report.place],
    ['Set', report.current],
    [comesBack(report) ? 'Comes back' : 'Your own', report.before],
    ...(chained === null ? [] : ([['Behind ours', chainedText(chained)]] as const)),
    ...warnings.map((warning) => ['Warning', warning] as const),
    ...nextText(report).map((text) => ['Next', text] as const),
  ]);
}

function stateText({ state, pid }: SessionReport): string {
  switch (state.kind) {
    case 'set':
      return `leads to the agent${pid === null ? '' : `, kept by process ${pid}`}`;
    case 'absent':
      return state.reason === null ? 'as it was before' : `as it was before: ${reasons[state.reason]}`;
    case 'left-behind':
      return 'left behind by a session that was killed';
    case 'taken-over':
      return `changed since by you or another program (${state.keys.join(', ')}); that setting stays`;
    case 'not-kept':
      return `what is set does not stay (${state.keys.join(', ')}): a policy or another program sets it back; left alone for an hour`;
    case 'hindered':
      return `as it was before, since ours would do harm: ${state.cause}`;
    case 'failed':
      return `failed: ${state.cause}`;
  }
}

const reasons = {
  'no-agent': 'the agent does not run',
  disconnected: 'you have disconnected',
  'not-enrolled': 'this device has not joined an edge',
  'no-proxy-capture': 'the agent captures without a proxy',
  'no-http-proxy': 'the agent has no HTTP proxy',
  'not-running': 'no session runs',
} as const;

function comesBack({ state }: SessionReport): boolean {
  return state.kind === 'set' || state.kind === 'left-behind' || state.kind === 'not-kept';
}

function chainedText({ source, readAt, fault }: NonNullable<SessionReport['chained']>): string {
  return fault === null ? source : `${source}, as it was at ${readAt}: ${fault}`;
}

function nextText({ state }: SessionReport): readonly string[] {
  switch (state.kind) {
    case 'left-behind':
      return ['opengsa session restore, or opengsa session'];
    case 'taken-over':
      return ['to have ours again: opengsa disconnect, then opengsa connect'];
    case 'absent':
      return absentNext[state.reason ?? 'none'] ?? [];
    default:
      return [];
  }
}

const absentNext: Readonly<Record<string, readonly string[]>> = {
  'no-agent': ['opengsa agent, where no service starts it; the proxy is set when the agent is there'],
  disconnected: ['opengsa connect'],
  'no-http-proxy': ['set capture.http in agent.yaml'],
  'not-enrolled': ['opengsa health enrolled says how this device joins one'],
  'not-running': ['opengsa session'],
};
