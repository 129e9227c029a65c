// A log bundle in the place of the running agent: it answers what the agent told when it was made, and refuses changes.
import type { LogBundle } from '../../protocol/log-bundle.ts';
import type { WindowCall, WindowCallParams, WindowCallResult, WindowState } from '../../protocol/window.ts';
import { reportedName } from '../shared/reported-name.ts';
import type { CallAnswer, Transport } from '../shared/transport.ts';

/** What is said in place of an answer. */
export type BundleRefusals = {
  /** Something would be changed or measured. */
  readonly notLive: string;
  readonly partMissing: string;
  readonly notInBundle: (destination: string) => string;
};

/** The bundle's own; what belongs to the window itself is asked of `window`. */
export function bundleTransport(window: Transport, bundle: LogBundle, refusals: BundleRefusals): Transport {
  const flowListeners = new Set<(flows: NonNullable<LogBundle['flows']>) => void>();
  const answers = answersOf(bundle, refusals);
  const call: Transport['call'] = async (name, params) => {
    if (ofWindow.has(name)) return window.call(name, params);
    if (name === 'flows.follow') {
      const { on } = params as WindowCallParams<'flows.follow'>;
      if (on) for (const listener of flowListeners) listener(bundle.flows ?? []);
      return { ok: true, result: {} } as CallAnswer<typeof name>;
    }
    const answer = answers[name] as ((asked: unknown) => unknown) | undefined;
    const result = answer === undefined ? refused(refusals.notLive) : answer(params);
    return (
      isRefusal(result)
        ? { ok: false, fault: { code: 'not-found', message: result.refused } }
        : { ok: true, result }
    ) as CallAnswer<typeof name>;
  };
  return {
    shell: window.shell,
    call,
    on(event, listener) {
      if (event === 'state') return () => undefined;
      if (event !== 'flows') return window.on(event, listener);
      const added = listener as unknown as (flows: NonNullable<LogBundle['flows']>) => void;
      flowListeners.add(added);
      return () => flowListeners.delete(added);
    },
  };
}

const ofWindow: ReadonlySet<WindowCall> = new Set([
  ...(['settings.get', 'settings.set', 'file.save', 'text.copy'] as const),
  ...(['link.open', 'window.open', 'window.close'] as const),
]);

type Refusal = { readonly refused: string };

type Answers = {
  readonly [C in WindowCall]?: (params: WindowCallParams<C>) => WindowCallResult<C> | Refusal;
};

function answersOf(bundle: LogBundle, refusals: BundleRefusals): Answers {
  const orMissing = <T>(part: T | undefined): T | Refusal => part ?? refused(refusals.partMissing);
  return {
    'state.get': () => stateOf(bundle),
    'seen-as.get': ({ destinations }) => seenAs(bundle, destinations, refusals),
    'health.run': ({ only }) =>
      bundle.health === undefined
        ? refused(refusals.partMissing)
        : {
            ...bundle.health,
            checks: bundle.health.checks.filter(({ id }) => only?.includes(id) ?? true),
          },
    'profile.list': () =>
      bundle.profiles === undefined
        ? refused(refusals.partMissing)
        : { stateDir: '', profiles: bundle.profiles, programRules: { rules: [], fault: null } },
    'flows.list': ({ limit }) =>
      bundle.flows === undefined ? refused(refusals.partMissing) : { flows: bundle.flows.slice(0, limit) },
    'hostnames.list': () => orMissing(bundle.hostnames),
    'connections.older': () => orMissing(bundle.olderConnections),
  };
}

/** A bundle without a status says nothing about the agent but that it was not asked. */
function stateOf({ status, createdAt }: LogBundle): WindowState {
  return status === undefined
    ? { link: { kind: 'absent', since: createdAt }, status: null }
    : { link: { kind: 'live' }, status };
}

function seenAs(
  { seenAs: report }: LogBundle,
  asked: readonly string[],
  refusals: BundleRefusals,
): WindowCallResult<'seen-as.get'> | Refusal {
  if (report === undefined) return refused(refusals.partMissing);
  if (asked.length === 0) return report;
  const names = new Set(asked.map(reportedName));
  const destinations = report.destinations.filter(({ destination }) => names.has(destination));
  if (destinations.length === 0) return refused(refusals.notInBundle(asked.join(', ')));
  return { ...report, destinations };
}

function refused(message: string): Refusal {
  return { refused: message };
}

function isRefusal(result: unknown): result is Refusal {
  return typeof result === 'object' && result !== null && 'refused' in result;
}
