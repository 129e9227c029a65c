// The reflection services that are configured, asked over the flow that an application would get, and what they said.
import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { memoryPipe } from './capture/memory-pipe.ts';
import { pipeFlowStream } from './capture/http-upstream.ts';
import type { Clock } from './clock.ts';
import type { ReflectionConfig } from './config.ts';
import type { OpenFlow } from './core/flow.ts';
import { askReflection, type ReflectionAnswer, ReflectionFault } from './egress/reflection-question.ts';
import { parseAddress } from '../protocol/address.ts';
import { compileClasses } from '../protocol/class-index.ts';
import { hostOfUrl, type Destination, formatHost, parseHost } from '../protocol/destination.ts';
import { OpenGsaError } from '../protocol/error.ts';

export type ReflectionService = {
  readonly url: string;
  /** Where its flow goes. */
  readonly destination: Destination;
  /** One question. Never rejects. */
  readonly ask: () => Promise<ReflectionAnswer>;
};

export type Reflections = {
  /** The first service that is configured for a destination, or null. */
  readonly serviceFor: (destination: Destination) => ReflectionService | null;
};

/** For one question in all; the person waits for it. */
const budgetMs = 5_000;

export function createReflections(
  configured: readonly ReflectionConfig[],
  openFlow: OpenFlow,
  clock: Clock,
): Reflections {
  const entries = configured.flatMap((config) => {
    const service = serviceOf(config, openFlow, clock);
    const matches = config.destinations ?? [formatHost(service.destination.host)];
    return matches.map((match) => ({ match, service }));
  });
  const index = compileClasses(entries);
  return { serviceFor: (destination) => index.find(destination)?.service ?? null };
}

function serviceOf({ url: text, ca }: ReflectionConfig, openFlow: OpenFlow, clock: Clock): ReflectionService {
  const url = new URL(text);
  const host = parseHost(hostOfUrl(url));
  if (host === null) throw new OpenGsaError('bad-config', `reflections: ${text} names no host`);
  const destination = { host, port: url.port === '' ? 443 : Number(url.port) };
  return {
    url: text,
    destination,
    async ask() {
      const authority = ca === null ? null : await readFile(ca, 'utf8').catch(() => '');
      if (authority === '') return { kind: 'failed', reason: 'untrusted', detail: `${ca} cannot be read` };
      const open = (): Promise<Duplex> => openEnd(openFlow, destination);
      return askReflection({ url, ca: authority, open, budgetMs }, clock);
    },
  };
}

/** Flows of this agent's own making have no program's port behind them. */
const ownSource = { address: parseAddress('127.0.0.1'), port: 0 };

/** The near end of a flow, as an application would have it. @throws ReflectionFault where it is refused */
async function openEnd(openFlow: OpenFlow, destination: Destination): Promise<Duplex> {
  const { address, port } = ownSource;
  if (address === null) throw new OpenGsaError('internal', 'no loopback address');
  const opening = await openFlow({ via: 'verification', destination, source: { address, port } });
  if (opening.kind === 'refused') {
    throw new ReflectionFault('refused', `${opening.by}: ${opening.denial.reason}`);
  }
  const [near, far] = memoryPipe();
  near.on('error', () => undefined);
  const application = pipeFlowStream(far, near);
  void opening.relay({
    ...application,
    // A refusal that comes after the first bytes is a reset with its reason.
    reset: (reason) => {
      const isRefusal = reason instanceof OpenGsaError && reason.code === 'destination-refused';
      application.reset(isRefusal ? new ReflectionFault('refused', reason.message) : reason);
    },
  });
  return near;
}
