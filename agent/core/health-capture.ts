// Health of capture by proxy: the listeners, the file for browsers, and whether the person's programs know of them.
import {
  check,
  type CheckWords,
  failed,
  notApplicable,
  ok,
  unknown,
  type Verdict,
  warning,
} from './health-check.ts';
import type { ListenerAnswer, SessionFacts } from './health-facts.ts';
import type { SessionReport } from './session-report.ts';

/** What browsers take for a proxy script. */
const pacType = 'application/x-ns-proxy-autoconfig';

export const captureChecks = {
  'http-proxy': check('http-proxy', {
    needs: ['listeners'],
    judge: ({ listeners }, words) => judgeListener(listeners.httpProxy, words),
  }),
  socks5: check('socks5', {
    needs: ['listeners'],
    judge: ({ listeners }, words) => judgeListener(listeners.socks5, words),
  }),
  pac: check('pac', {
    needs: ['listeners'],
    after: ['http-proxy'],
    judge: ({ listeners: { pac } }, words) => {
      if (pac === null) return notApplicable(words.off);
      const { at, fault, contentType } = pac;
      if (fault !== null) return failed(`${at}: ${fault}`, words.restart);
      if (contentType?.startsWith(pacType) === true) return ok(at);
      return failed(
        contentType === null ? words.noType(at, pacType) : words.otherType(at, contentType, pacType),
        words.otherProgram,
      );
    },
  }),
  'system-proxy': check('system-proxy', {
    needs: ['session'],
    judge: ({ session }, words) => judgeSession(session, words),
  }),
} as const;

function judgeListener(answer: ListenerAnswer | null, words: CheckWords<'http-proxy' | 'socks5'>): Verdict {
  if (answer === null) return notApplicable(words.off);
  return answer.fault === null ? ok(answer.at) : failed(`${answer.at}: ${answer.fault}`, words.restart);
}

function judgeSession(
  { expected: { httpProxy, pacUrl, captured }, proxies, kept }: SessionFacts,
  words: CheckWords<'system-proxy'>,
): Verdict {
  if (httpProxy === null) return notApplicable(words.off);
  const session = kept !== null && 'state' in kept ? kept : null;
  if (session?.state.kind === 'set') return judgeKept(session, words);
  const mine = proxies.filter(
    ({ value }) => value.includes(httpProxy) || (pacUrl !== null && value.includes(pacUrl)),
  );
  if (mine.length > 0) return ok(mine.map(({ source }) => source).join(', '));
  if (captured !== null) return notApplicable(words.captured);
  if (session !== null) return judgeKept(session, words);
  const remedy = words.set(pacUrl ?? '', httpProxy);
  if (kept !== null && 'fault' in kept) return unknown(kept.fault, remedy);
  if (proxies.length === 0) return unknown(words.notSet, remedy);
  return warning(
    words.otherwise(proxies.map(({ source, value }) => `${source} ${value}`).join(', ')),
    remedy,
  );
}

/** Of a running `opengsa session`. */
function judgeKept(
  { place, state }: Pick<SessionReport, 'place' | 'state'>,
  { session: words }: CheckWords<'system-proxy'>,
): Verdict {
  switch (state.kind) {
    case 'set':
      return ok(words.keeps(place));
    case 'absent':
      return notApplicable(words.unwanted);
    case 'left-behind':
      return warning(words.leftBehind, words.remedy);
    case 'taken-over':
      return warning(words.changedSince(state.keys.join(', ')), words.remedy);
    case 'not-kept':
      return warning(words.doesNotStay(state.keys.join(', ')), words.remedy);
    case 'hindered':
    case 'failed':
      return warning(words.notSet(state.cause), words.remedy);
  }
}
