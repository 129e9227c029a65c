// Collects what a log bundle holds from the running agent, and what must be known to redact it.
import { formatPrefix } from '../protocol/address.ts';
import { formatHost, hostOfUrl } from '../protocol/destination.ts';
import { explain } from '../protocol/error.ts';
import { type LogBundle, type LogBundlePart, logBundlePartNames } from '../protocol/log-bundle.ts';
import type { Language } from '../protocol/language.ts';
import { managementMaxMessage } from '../protocol/management.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import { configurationFacts } from './core/configuration-facts.ts';
import { makeBundle, previewOf } from './core/log-bundle.ts';
import type { Collected, FoundParts, RedactionKnowledge } from './core/redaction.ts';
import type { AgentLog } from './log.ts';
import { accountNames, readMachine } from './machine-report.ts';
import type { AgentControl, LogControl } from './management/handlers.ts';
import { ownHosts } from './own-endpoints.ts';
import { productFacts } from './product.ts';
import type { Credentials } from './tunnel/credentials.ts';

export type LogDeskSetup = {
  readonly config: AgentConfig;
  /** Null while the device is not enrolled. */
  readonly credentials: Credentials | null;
  readonly log: AgentLog;
  readonly clock: Clock;
  /** Of the agent alone: the PAC file's token, the management key. */
  readonly secrets: () => Promise<readonly string[]>;
  readonly control: LogSources;
};

/** What the agent tells its windows anyway. */
export type LogSources = Pick<
  AgentControl,
  ('status' | 'health' | 'seenAs' | 'profiles') | ('hostnames' | 'flows' | 'olderConnections' | 'locations')
>;

/** The newest of each list: redacting more would hold up the flows that run. */
const mostEntries = 2_000;
/** The frame around a bundle has a few bytes of its own. */
const maxBytes = managementMaxMessage - 1024;

export function createLogDesk(setup: LogDeskSetup): LogControl {
  return {
    previewLogs: async (language) => previewOf(await collect(setup, logBundlePartNames, language)),
    collectLogs: async ({ redact, parts }, language) =>
      makeBundle(await collect(setup, parts, language), {
        ...{ redact, parts, maxBytes },
        createdAt: new Date(setup.clock.now()).toISOString(),
        product: productFacts(),
      }),
  };
}

/** Every part, wanted or not: what is personal in one is hidden in all. Health alone takes seconds. */
async function collect(
  setup: LogDeskSetup,
  wanted: readonly LogBundlePart[],
  language: Language,
): Promise<Collected> {
  const leftOut: LogBundle['leftOut'] = [];
  const sources = sourcesOf(setup, wanted.includes('health'), language);
  const found: Record<string, unknown> = {};
  await Promise.all(
    logBundlePartNames.map(async (part) => {
      try {
        found[part] = await sources[part]();
      } catch (error) {
        leftOut.push({ part, reason: explain(error) });
      }
    }),
  );
  // Each name has what its own source gave; TypeScript cannot follow that through entries.
  const parts = found as FoundParts;
  return { found: parts, leftOut, knowledge: await knowledgeOf(setup, parts) };
}

type Find<T> = () => T | Promise<T>;

function sourcesOf(
  { config, control, log }: LogDeskSetup,
  withHealth: boolean,
  language: Language,
): { readonly [K in LogBundlePart]: Find<FoundParts[K]> } {
  return {
    status: () => control.status(language),
    health: async () => (withHealth ? (await control.health([], language)).report : undefined),
    seenAs: () => control.seenAs([], language),
    profiles: () => control.profiles(language).profiles,
    hostnames: () => control.hostnames(mostEntries),
    flows: () => [...control.flows(mostEntries)],
    olderConnections: control.olderConnections,
    locations: () => {
      const { locations, importedAt, fault } = control.locations();
      return { locations, importedAt, fault };
    },
    machine: () => readMachine(config.capture.mode !== 'proxy'),
    configuration: () => configurationFacts(config),
    log: () => [...log.recent()],
  };
}

async function knowledgeOf(
  { config, credentials, secrets, control }: LogDeskSetup,
  found: FoundParts,
): Promise<RedactionKnowledge> {
  const { profiles, programRules } = control.profiles('en');
  const rules = [...profiles, ...programRules.rules].map(({ profile }) => profile);
  return {
    secrets: [
      ...(await secrets()),
      ...Object.values(config.capture.socks5Users),
      ...(credentials === null ? [] : keyLines(credentials.key)),
    ],
    // An account of a directory service is in no list of this machine.
    accounts: [...(await accountNames()), config.capture.transparent.onlyUser ?? ''],
    profiles: rules.filter((profile) => profile !== null),
    places: [
      ...(credentials === null ? [] : ownPlaces(credentials)),
      // The edge's classes are among them.
      ...(found.seenAs?.destinations ?? []).map(({ destination }) => destination),
      ...configuredHosts(config),
      formatPrefix(config.capture.transparent.syntheticRange),
    ],
  };
}

/** The body of a private key's PEM file, line by line: each gives a part of the key away. */
export function keyLines(pem: string): readonly string[] {
  return pem.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----'));
}

/** The names and addresses of the edges and witnesses. */
export function ownPlaces({ bundle }: Credentials): readonly string[] {
  return ownHosts(bundle).map(formatHost);
}

function configuredHosts({ reflections, portalCheck }: AgentConfig): readonly string[] {
  return [portalCheck, ...reflections.map(({ url }) => url)].flatMap((text) => {
    const url = URL.parse(text);
    return url === null ? [] : [hostOfUrl(url)];
  });
}
