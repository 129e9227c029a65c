// The PAC file that is set: the agent's own, or the agent's with the earlier setting behind it, fresh enough.
import { createHash } from 'node:crypto';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { Clock } from '../clock.ts';
import type { ProxyWanted } from '../core/proxy-wanted.ts';
import type { SessionReport } from '../core/session-report.ts';
import { chainPac } from '../policy/chained-pac.ts';
import { manualPac } from '../policy/manual-pac.ts';
import { meaningText } from './meaning-text.ts';
import type { PacServer } from './pac-server.ts';
import type { ProxyMeaning, ProxyTarget } from './system-proxy.ts';

export type Chain = {
  /**
   * Where programs should go with `before` behind our rules.
   *
   * @throws OpenGsaError naming what is in the way and what to do; the earlier setting must then stay
   */
  readonly target: (wanted: Wanted, before: ProxyMeaning, takesPac: boolean) => Promise<ProxyTarget>;
  readonly shown: () => SessionReport['chained'];
};

type Wanted = Extract<ProxyWanted, { kind: 'wanted' }>;
/** A text that was read, and what went wrong when it was last asked for. */
type Kept = {
  readonly url: string;
  readonly text: string;
  readonly at: number;
  readonly askedAt: number;
  readonly fault: string | null;
};

/** An organisation changes its PAC file now and then; browsers ask for it as rarely. */
const refreshMs = 5 * 60_000;

export function createChain(
  server: PacServer,
  clock: Clock,
  readPac: (url: string) => Promise<string>,
): Chain {
  let own: Kept | null = null;
  let theirs: Kept | null = null;
  let shown: SessionReport['chained'] = null;

  /** A file that cannot be had again is used as it was; one that never could be is an error. */
  async function kept(last: Kept | null, url: string, maxAgeMs: number): Promise<Kept> {
    const now = clock.monotonic();
    const known = last?.url === url ? last : null;
    if (known !== null && now - known.askedAt < maxAgeMs) return known;
    try {
      return { url, text: await readPac(url), at: clock.now(), askedAt: now, fault: null };
    } catch (error) {
      if (known === null) throw error;
      return { ...known, askedAt: now, fault: explain(error) };
    }
  }

  async function textBefore(before: ProxyMeaning): Promise<string | null> {
    shown = null;
    switch (before.kind) {
      case 'direct':
        return null;
      case 'pac':
        theirs = await kept(theirs, before.url, refreshMs);
        shown = {
          source: meaningText(before),
          readAt: new Date(theirs.at).toISOString(),
          fault: theirs.fault,
        };
        return theirs.text;
      case 'manual':
        shown = { source: meaningText(before), readAt: new Date(clock.now()).toISOString(), fault: null };
        return manualPac(before.proxies);
      case 'unsupported':
        throw new OpenGsaError('conflict', `${before.what}; ${before.remedy}`);
    }
  }

  return {
    shown: () => shown,
    async target({ pacUrl, httpProxy }, before, takesPac) {
      const marks = [server.mark, new URL(pacUrl).pathname];
      if (!takesPac) {
        await textBefore(before);
        return { pacUrl, httpProxy, marks };
      }
      refuseOtherHosts(pacUrl);
      own = await kept(own, pacUrl, 0);
      const behind = await textBefore(before);
      if (behind === null) return { pacUrl: versioned(pacUrl, own.text), httpProxy, marks };
      const text = chainPac(own.text, behind);
      return { pacUrl: versioned(await server.serve(text), text), httpProxy, marks };
    },
  };
}

/** Another address for another text: browsers read a file again when its address changes, and else after hours. */
function versioned(url: string, text: string): string {
  return `${url}?v=${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

/** The agent is on this machine; an address elsewhere would let somebody else route a person's traffic. */
function refuseOtherHosts(pacUrl: string): void {
  const { protocol, hostname } = new URL(pacUrl);
  if (protocol === 'http:' && /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname)) return;
  throw new OpenGsaError(
    'bad-config',
    `the agent's PAC file is not on loopback (${hostname}); set capture.http to 127.0.0.1:8088 in agent.yaml`,
  );
}
