// Learns the real addresses of acquired names in the background: once in their time to live, from the nameserver that was asked.
import type { Clock } from '../clock.ts';
import { type NamedAddresses, readNamedAddresses } from '../core/dns-addresses.ts';
import { encodeDnsQuestion } from '../core/dns-answer.ts';
import type { OriginalAddresses } from '../core/hostname-table.ts';
import type { Nameserver } from '../core/resolver-config.ts';
import type { Random } from '../random.ts';
import { createForwarder, type Forwarder, type ForwardLimits } from './forwarding.ts';
import { askOverTcp } from './tcp-question.ts';

export type OriginalsSetup = {
  /** Told at each answer, also when nothing has changed. */
  readonly learnt: (name: string, originals: OriginalAddresses) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: ForwardLimits;
};

export type OriginalsLearner = {
  /** A program asked for `name`; asks `servers` in turn where it is time to. */
  readonly wanted: (name: string, servers: readonly Nameserver[]) => void;
  readonly close: () => void;
};

const shortestLifeMs = 10_000;
const longestLifeMs = 60 * 60_000;
/** After a nameserver that said nothing, or a name that has no addresses. */
const retryMs = 30_000;
/** Names that are asked for at once; each has up to two questions on their way. A name beyond is asked for at its next turn. */
const mostNames = 32;
const mostRemembered = 4_096;

export function createOriginalsLearner({ learnt, clock, random, limits }: OriginalsSetup): OriginalsLearner {
  /** When each name may be asked for again, by the monotonic clock. */
  const due = new Map<string, number>();
  const asking = new Set<string>();
  const open = new Set<Forwarder>();
  const stopped = new AbortController();

  const learn = async (name: string, servers: readonly Nameserver[]): Promise<void> => {
    const ask = (type: 'A' | 'AAAA') => askInTurn(name, type, servers);
    const [ipv4, ipv6] = await Promise.all([ask('A'), ask('AAAA')]);
    if (stopped.signal.aborted) return;
    remember(due, name, clock.monotonic() + lifeOf(ipv4, ipv6));
    if (ipv4 !== null || ipv6 !== null) {
      learnt(name, { ipv4: ipv4?.addresses ?? null, ipv6: ipv6?.addresses ?? null });
    }
  };
  const askInTurn = async (
    name: string,
    type: 'A' | 'AAAA',
    servers: readonly Nameserver[],
  ): Promise<NamedAddresses | null> => {
    for (const server of servers) {
      const forwarder = createForwarder(server, limits, clock);
      open.add(forwarder);
      const reading = await ask(name, type, server, forwarder);
      open.delete(forwarder);
      if (reading !== null || stopped.signal.aborted) return reading;
    }
    return null;
  };
  const ask = async (
    name: string,
    type: 'A' | 'AAAA',
    server: Nameserver,
    forwarder: Forwarder,
  ): Promise<NamedAddresses | null> => {
    const id = Math.floor(random() * 0x1_0000);
    const question = encodeDnsQuestion({ name, type, class: 'IN' }, id);
    const outcome = await forwarder.ask(question);
    const reading = outcome.kind === 'answer' ? readNamedAddresses(outcome.message, type) : null;
    if (reading?.truncated !== true || stopped.signal.aborted) return reading;
    const whole = await askOverTcp(server, question, limits.answerMs, clock);
    return whole === null ? reading : readNamedAddresses(whole, type);
  };
  return {
    wanted: (name, servers) => {
      if (asking.has(name) || asking.size >= mostNames) return;
      if ((due.get(name) ?? -Infinity) > clock.monotonic()) return;
      asking.add(name);
      void learn(name, servers).finally(() => asking.delete(name));
    },
    close: () => {
      stopped.abort();
      for (const forwarder of open) forwarder.close();
    },
  };
}

function lifeOf(...readings: readonly (NamedAddresses | null)[]): number {
  const lives = readings.map((reading) => reading?.ttlS ?? null).filter((ttlS) => ttlS !== null);
  if (lives.length === 0) return retryMs;
  return Math.min(longestLifeMs, Math.max(shortestLifeMs, Math.min(...lives) * 1000));
}

function remember(due: Map<string, number>, name: string, at: number): void {
  due.delete(name);
  due.set(name, at);
  const [oldest] = due.keys();
  if (due.size > mostRemembered && oldest !== undefined) due.delete(oldest);
}
