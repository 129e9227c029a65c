// Follows what an edge says about itself: asked once, then waited for, for as long as the edge is connected.
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';
import { parseProxyStatus } from '../../protocol/proxy-status.ts';
import { viewPath } from '../../protocol/tunnel.ts';
import { type View, viewSchema } from '../../protocol/view.ts';
import type { Clock } from '../clock.ts';
import type { EdgeLink, PlainAnswer } from './edge-link.ts';

/** `foreign`: another kind of proxy, which has no view; what destinations will see is then unknown. */
export type ViewState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'known'; readonly view: View };

/** Longer than an edge holds a question open. */
const waitMs = 90_000;
const firstAnswerMs = 10_000;
/** Between questions that failed, or that an edge answered at once with what is known. */
const pauseMs = 2000;

export function pollView(
  link: Pick<EdgeLink, 'ask'>,
  clock: Clock,
  onView: (state: ViewState) => void,
  /** Told once, and then it asks no more: the edge knows this device and serves it no longer, or does not know it. */
  onRefused: (refusal: OpenGsaError) => void,
): { stop: () => void } {
  // A question that waits would keep its session from ending.
  const life = new AbortController();
  let revision: number | null = null;
  let quickAnswers = 0;
  const ask = async () => {
    const path = revision === null ? viewPath : `${viewPath}?after=${revision}`;
    const askedAt = clock.monotonic();
    const answer = await link.ask(
      { method: 'GET', path },
      revision === null ? firstAnswerMs : waitMs,
      life.signal,
    );
    if (life.signal.aborted) return 'pause';
    if (answer.status === 204 || answer.status === 304) {
      // One quick answer may say that the edge drains, which asking again finds out; several, that it has no place.
      quickAnswers = clock.monotonic() - askedAt < pauseMs ? quickAnswers + 1 : 0;
      return quickAnswers > 1 ? 'pause' : 'again';
    }
    const refusal = deviceRefusal(answer);
    if (refusal !== null) return refusal;
    // 5xx is a fault of the moment; everything else that is not a view is another program's answer.
    if (answer.status >= 500 && answer.status !== 501) return 'pause';
    if (answer.status !== 200) return revision === null ? 'foreign' : 'pause';
    const view = readView(answer.body);
    if (view === null) return revision === null ? 'foreign' : 'pause';
    if (view.revision === revision) return 'pause';
    revision = view.revision;
    onView({ kind: 'known', view });
    return 'again';
  };
  const loop = async () => {
    while (!life.signal.aborted) {
      const next = await ask().catch(() => 'pause' as const);
      if (next === 'foreign') {
        onView({ kind: 'foreign' });
        return;
      }
      if (next instanceof OpenGsaError) {
        onRefused(next);
        return;
      }
      if (next === 'pause') await new Promise<void>((resolve) => clock.setTimer(resolve, pauseMs));
    }
  };
  void loop();
  return { stop: () => life.abort() };
}

/** By which an edge refuses a device whose certificate is of its authority: it says so once the session stands. */
export function deviceRefusal({ status, proxyStatus = '' }: PlainAnswer): OpenGsaError | null {
  if (status !== 403) return null;
  const why = refusals.get(parseProxyStatus(proxyStatus)?.reason ?? '');
  return why === undefined ? null : new OpenGsaError('device-refused', why);
}

const refusals: ReadonlyMap<string, string> = new Map([
  ['device-revoked', 'the organisation revoked it'],
  ['device-expired', 'its certificate has expired'],
  ['device-unknown', 'it is not enrolled there'],
]);

function readView(body: string): View | null {
  try {
    return parse(viewSchema, JSON.parse(body), 'view of the edge');
  } catch (error) {
    if (error instanceof OpenGsaError || error instanceof SyntaxError) return null;
    throw error;
  }
}
