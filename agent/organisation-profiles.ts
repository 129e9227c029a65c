// The profiles that the organisation assigns to this device: kept on disk, asked for when the edge says that there may be
// others, and taken only when the document that tells them is beyond doubt.
import { join } from 'node:path';
import { z } from 'zod';
import { explain, OpenGsaError } from '../protocol/error.ts';
import { parse } from '../protocol/parse.ts';
import { type Platform, type ProfileDocument, profileDocumentPath } from '../protocol/profile-document.ts';
import type { Status } from '../protocol/status.ts';
import type { Clock, Timer } from './clock.ts';
import type { PersonState } from './core/person-state.ts';
import type { Log } from './log.ts';
import { type DocumentReading, readKeptDocument, readSentDocument } from './policy/profile-document.ts';
import { nameDistributed } from './policy/profile-set.ts';
import type { Random } from './random.ts';
import { readStateFile, writeStateFile } from './state-file.ts';
import type { Credentials } from './tunnel/credentials.ts';
import type { Tunnel } from './tunnel/tunnel.ts';

export type OrganisationProfiles = {
  readonly status: () => Status['distribution'];
  /** Why a document, sent or kept, is not used; null where none is refused. */
  readonly refusal: () => string | null;
  /**
   * Asks the edges of this tunnel from then on.
   *
   * @param changed called when what holds, or what is shown, may differ
   * @returns how to stop that
   */
  readonly follow: (tunnel: DocumentSource, changed: () => void) => () => void;
};

/** What is asked, and what says when. */
export type DocumentSource = Pick<Tunnel, 'view' | 'ask'> & {
  /** Who is signed in here: another profile may be theirs. */
  readonly person: () => PersonState;
  /** Calls back after each change of the edge or the person. Returns how to stop that. */
  readonly onChange: (listener: () => void) => () => void;
};

export type OrganisationProfilesSetup = {
  readonly stateDir: string;
  readonly credentials: Pick<Credentials, 'bundle'>;
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Called with what holds: at once with what was kept, then with each accepted document. */
  readonly apply: (document: ProfileDocument) => void;
};

type Held = { readonly document: ProfileDocument; readonly receivedAt: number };

/** So that an organisation's devices do not all ask in the same moment. */
const spreadMs = 1000;
/** After a question that failed, doubled each time. A break-glass switch is to be heard of within a minute. */
const retryMs = { first: 2000, longest: 30_000 };
/** How often is looked whether the document is old enough to be asked for anew. */
const lookMs = 3_600_000;

const keptFile = z.strictObject({ version: z.literal(1), document: z.string(), receivedAt: z.int() });

/** With what was kept in force. */
export async function openOrganisationProfiles(
  setup: OrganisationProfilesSetup,
): Promise<OrganisationProfiles> {
  const path = join(setup.stateDir, 'organisation-profiles.json');
  const kept = await readKept(path, setup);
  let held = kept.held;
  let fault = kept.fault;
  let refusal = kept.fault;
  let isSaved = true;
  if (fault !== null)
    setup.log.write('warn', 'kept profiles of the organisation are not used', {}, { reason: fault });
  if (held !== null) setup.apply(held.document);
  const take = async (jws: string, document: ProfileDocument): Promise<void> => {
    held = { document, receivedAt: setup.clock.now() };
    setup.apply(document);
    const { revision, breakGlass } = document;
    setup.log.write('info', 'profiles of the organisation', { revision, breakGlass: breakGlass !== null });
    isSaved = false;
    await writeStateFile(path, { version: 1, document: jws, receivedAt: held.receivedAt });
    isSaved = true;
  };
  return {
    status: () => ({
      organisation: setup.credentials.bundle.organisation,
      document: held === null ? null : shown(held),
      fault,
    }),
    refusal: () => refusal,
    follow: (tunnel, changed) =>
      followEdge(tunnel, setup, {
        held: () => held?.document ?? null,
        isSaved: () => isSaved,
        take,
        onOutcome: (next, isRefusal) => {
          // A question that has no answer says nothing of what was refused before it.
          if (next === null || isRefusal) refusal = next;
          if (next !== null && next !== fault) {
            setup.log.write('warn', 'profiles of the organisation not taken', {}, { reason: next });
          }
          fault = next;
          changed();
        },
      }),
  };
}

type Holding = {
  readonly held: () => ProfileDocument | null;
  /** Whether it is on disk. */
  readonly isSaved: () => boolean;
  /** In force before it resolves; rejects where it cannot be kept. */
  readonly take: (jws: string, document: ProfileDocument) => Promise<void>;
  /**
   * @param fault null: what is held is what the edge has for this device
   * @param isRefusal that there was an answer, and that it is not to be trusted
   */
  readonly onOutcome: (fault: string | null, isRefusal: boolean) => void;
};

/** One question at a time; the revision that the edge's view names, and who is signed in, say whether one is due. */
function followEdge(source: DocumentSource, setup: OrganisationProfilesSetup, holding: Holding): () => void {
  const { clock } = setup;
  const { held } = holding;
  const first = held();
  let settled: string | null = first === null ? null : occasion(first.revision, { kind: 'signed-out' });
  let asking = false;
  let stopped = false;
  let wait = retryMs.first;
  let failed: { readonly occasion: string; readonly timer: Timer } | null = null;
  let later: Timer | null = null;

  const forgive = (): void => {
    failed?.timer.cancel();
    failed = null;
  };
  const look = (): void => {
    const offered = offeredOccasion(source);
    // A connection that is made anew is a reason to ask at once.
    if (offered === null) forgive();
    if (asking || stopped || offered === null || failed?.occasion === offered) return;
    if (offered === settled && !isAgeing(held(), clock.now())) return;
    forgive();
    asking = true;
    void ask(offered).finally(() => {
      asking = false;
      look();
    });
  };
  const ask = async (offered: string): Promise<void> => {
    await new Promise<void>((resolve) => clock.setTimer(resolve, setup.random() * spreadMs));
    let isRefusal = false;
    const fault = await askOnce(source, setup, holding).catch((error: unknown) => {
      isRefusal = error instanceof OpenGsaError && error.code === 'bad-message';
      return explain(error);
    });
    if (stopped) return;
    holding.onOutcome(fault, isRefusal);
    if (fault === null) {
      settled = offered;
      wait = retryMs.first;
      return;
    }
    const again = () => {
      failed = null;
      look();
    };
    failed = { occasion: offered, timer: clock.setTimer(again, wait) };
    wait = Math.min(wait * 2, retryMs.longest);
  };
  const lookLater = (): void => {
    later = clock.setTimer(() => {
      look();
      lookLater();
    }, lookMs);
  };
  const forget = source.onChange(look);
  look();
  lookLater();
  return () => {
    stopped = true;
    forget();
    forgive();
    later?.cancel();
  };
}

/**
 * @returns why there is no good answer; null where there is
 * @throws OpenGsaError `bad-message` for an answer that is refused
 */
async function askOnce(
  source: DocumentSource,
  { credentials, platform, clock }: OrganisationProfilesSetup,
  { held, isSaved, take }: Holding,
): Promise<string | null> {
  const present = held();
  const query = new URLSearchParams({ platform: platformNames[platform] ?? 'other' });
  if (present !== null && isSaved() && !isAgeing(present, clock.now())) query.set('have', present.tag);
  const path = `${profileDocumentPath}?${query.toString()}`;
  const answer = await source.ask({ method: 'GET', path });
  // An edge without such documents has none for this device either.
  if (answer.status === 304 || answer.status === 404) return null;
  if (answer.status !== 200) return `the edge answered ${answer.status}`;
  const reading = await readSentDocument(answer.body, expectation(credentials), present, clock.now());
  if (reading.kind === 'refused') throw refusedDocument(reading);
  await take(answer.body, reading.document);
  return null;
}

const platformNames: Readonly<Partial<Record<NodeJS.Platform, Platform>>> = {
  linux: 'linux',
  win32: 'windows',
  darwin: 'macos',
};

/** What may make another document of it; null: there is nothing to ask, or the edge is just told who is here. */
function offeredOccasion({ view, person }: DocumentSource): string | null {
  const [seen, who] = [view(), person()];
  const revision = seen.kind === 'known' ? seen.view.distribution?.revision : undefined;
  if (revision === undefined) return null;
  return who.kind === 'proving' && who.cause === null ? null : occasion(revision, who);
}

function occasion(revision: number, person: PersonState): string {
  return `${revision} ${person.kind === 'signed-in' ? person.session : ''}`;
}

/** Whether half of its life is over: then it is asked for again, although it says nothing else. */
function isAgeing(document: ProfileDocument | null, now: number): boolean {
  return document !== null && now > (document.iat + (document.exp - document.iat) / 2) * 1000;
}

function expectation({ bundle }: OrganisationProfilesSetup['credentials']) {
  return { keys: bundle.jwks, organisation: bundle.organisation, device: bundle.device };
}

function refusedDocument({ why }: Extract<DocumentReading, { kind: 'refused' }>): OpenGsaError {
  return new OpenGsaError('bad-message', `the document of the edge is refused: ${why}`);
}

/** What is kept may be another organisation's, if the device was enrolled anew since, or damaged. */
async function readKept(
  path: string,
  { credentials }: OrganisationProfilesSetup,
): Promise<{ readonly held: Held | null; readonly fault: string | null }> {
  try {
    const value = await readStateFile(path);
    if (value === null) return { held: null, fault: null };
    const { document: jws, receivedAt } = parse(keptFile, value, path, 'bad-config');
    const reading = await readKeptDocument(jws, expectation(credentials));
    if (reading.kind === 'good') return { held: { document: reading.document, receivedAt }, fault: null };
    return { held: null, fault: `${path}: what was kept is not used: ${reading.why}` };
  } catch (error) {
    if (error instanceof OpenGsaError) return { held: null, fault: explain(error) };
    throw error;
  }
}

function shown({ document, receivedAt }: Held): NonNullable<NonNullable<Status['distribution']>['document']> {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    revision: document.revision,
    signedAt: iso(document.iat * 1000),
    receivedAt: iso(receivedAt),
    validUntil: iso(document.exp * 1000),
    assigns: document.profiles !== null,
    profiles: nameDistributed(document.profiles ?? []).map(({ name, revision, profile }) => ({
      ...{ name, title: profile.name, revision },
    })),
    breakGlassSince: document.breakGlass?.since ?? null,
  };
}
