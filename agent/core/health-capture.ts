// Health of capture by proxy: the listeners, the file for browsers, and whether the person's programs know of them.
import { check, failed, notApplicable, ok, unknown, type Verdict, warning } from './health-check.ts';
import type { ListenerAnswer, SessionFacts } from './health-facts.ts';

/** What browsers take for a proxy script. */
const pacType = 'application/x-ns-proxy-autoconfig';

export const captureChecks = {
  'http-proxy': check({
    title: 'The HTTP proxy answers',
    why: 'Programs that are set to it reach nothing otherwise.',
    needs: ['listeners'],
    judge: ({ listeners }) => judgeListener(listeners.httpProxy, 'http'),
  }),
  socks5: check({
    title: 'The SOCKS5 proxy answers',
    why: 'Programs that are set to it reach nothing otherwise.',
    needs: ['listeners'],
    judge: ({ listeners }) => judgeListener(listeners.socks5, 'socks5'),
  }),
  pac: check({
    title: 'The proxy script is served',
    why: 'A browser that cannot read it goes directly, without a word.',
    needs: ['listeners'],
    after: ['http-proxy'],
    judge: ({ listeners: { pac } }) => {
      if (pac === null) return notApplicable('the HTTP proxy is off (capture.http)');
      if (pac.fault !== null) return failed(`${pac.at}: ${pac.fault}`, restart('http'));
      return pac.contentType?.startsWith(pacType) === true
        ? ok(pac.at)
        : failed(
            `${pac.at} is ${pac.contentType ?? 'of no type'} instead of ${pacType}`,
            'another program answers on that port: stop it, then restart the agent',
          );
    },
  }),
  'system-proxy': check({
    title: 'Your session uses the proxy',
    why: 'Programs that know of no proxy go past the agent.',
    needs: ['session'],
    judge: ({ session }) => judgeSession(session),
  }),
} as const;

function judgeListener(answer: ListenerAnswer | null, key: 'http' | 'socks5'): Verdict {
  if (answer === null) return notApplicable(`switched off (capture.${key})`);
  return answer.fault === null ? ok(answer.at) : failed(`${answer.at}: ${answer.fault}`, restart(key));
}

function restart(key: 'http' | 'socks5'): string {
  return `restart the agent; if the port is taken, choose another in agent.yaml (capture.${key})`;
}

function judgeSession({ expected: { httpProxy, pacUrl, captured }, proxies }: SessionFacts): Verdict {
  if (httpProxy === null) return notApplicable('the HTTP proxy is off (capture.http)');
  const mine = proxies.filter(
    ({ value }) => value.includes(httpProxy) || (pacUrl !== null && value.includes(pacUrl)),
  );
  if (mine.length > 0) return ok(mine.map(({ source }) => source).join(', '));
  if (captured !== null) return notApplicable('programs are captured without one');
  const remedy = `set the proxy script ${pacUrl ?? ''} in the network settings, or for programs of a terminal: export https_proxy=http://${httpProxy}`;
  if (proxies.length === 0) return unknown('no setting was found in the environment or in GNOME', remedy);
  return warning(`set to ${proxies.map(({ source, value }) => `${source} ${value}`).join(', ')}`, remedy);
}
