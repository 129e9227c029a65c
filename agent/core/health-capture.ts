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
  { expected: { httpProxy, pacUrl, captured }, proxies }: SessionFacts,
  words: CheckWords<'system-proxy'>,
): Verdict {
  if (httpProxy === null) return notApplicable(words.off);
  const mine = proxies.filter(
    ({ value }) => value.includes(httpProxy) || (pacUrl !== null && value.includes(pacUrl)),
  );
  if (mine.length > 0) return ok(mine.map(({ source }) => source).join(', '));
  if (captured !== null) return notApplicable(words.captured);
  const remedy = words.set(pacUrl ?? '', httpProxy);
  if (proxies.length === 0) return unknown(words.notSet, remedy);
  return warning(
    words.otherwise(proxies.map(({ source, value }) => `${source} ${value}`).join(', ')),
    remedy,
  );
}
