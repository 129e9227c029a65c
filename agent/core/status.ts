// The one projection from the machines to what people see. Nothing else makes or changes a status.
import { assertNever } from '../../protocol/error.ts';
import type { Language } from '../../protocol/language.ts';
import type { ConnectionState, Status } from '../../protocol/status.ts';
import { attentionList } from './attention.ts';
import { obstacleWords } from './capture-obstacle.ts';
import { shownPerson } from './person-state.ts';
import { seenAs, type SeenFacts } from './seen-as.ts';
import type { Link, StatusInputs } from './status-inputs.ts';
import { statusWords } from './status-words.ts';

/** A moment as people are shown it, in the language that they ask for. */
export type WordedStatus = (language: Language) => Status;

/** What is known at `now` (wall clock, ms), and nothing beyond it. */
export function projectStatus(inputs: StatusInputs, now: number, language: Language): Status {
  const connection = connectionOf(inputs);
  const own = ownAddresses(inputs);
  const facts = seenFacts(inputs);
  const seen = inputs.watched.map((watched) => seenAs(watched, facts));
  const attention = attentionList(inputs, connection, seen, language);
  const view = inputs.view.kind === 'known' ? inputs.view.view : null;
  return {
    version: 1,
    revision: inputs.revision,
    at: iso(now),
    connection,
    attention: [...attention],
    ...statusWords({ language, inputs, connection, attention, seen, own, now }),
    organisation: inputs.enrolment?.organisation ?? null,
    device: inputs.enrolment && {
      name: inputs.enrolment.device,
      thumbprint: inputs.enrolment.thumbprint,
      certificateExpiresAt: inputs.enrolment.certificateExpiresAt,
    },
    person: shownPerson(inputs.person),
    signInOffered: inputs.signInOffered,
    profiles: inputs.profiles.map(({ changedAt: _, ...profile }) => profile),
    distribution: inputs.distribution,
    channels: [...inputs.channels],
    egress: { ...inputs.egress },
    edgeEgress: view?.edgeEgress ?? { ipv4: null, ipv6: null },
    signaling: view?.signaling.status ?? 'unknown',
    seenAs: seen,
    locations: inputs.locations.summary,
    capture: shownCapture(inputs, language),
    flows: inputs.flows,
  };
}

/** The same moment in each language, projected where it is asked for, and once. */
export function wordedStatus(inputs: StatusInputs, now: number): WordedStatus {
  const projected = new Map<Language, Status>();
  return (language) => {
    const status = projected.get(language) ?? projectStatus(inputs, now, language);
    projected.set(language, status);
    return status;
  };
}

/** What the prediction for every destination rests on. */
export function seenFacts(inputs: StatusInputs): SeenFacts {
  const { view, egress, tunnelFamily, generation, link, locations } = inputs;
  return {
    ...{ view, egress, tunnelFamily, locations: locations.index },
    circumstances: {
      generation,
      edge: link.kind === 'connected' ? link.edge : null,
      viewRevision: view.kind === 'known' ? view.view.revision : null,
    },
  };
}

/** Whether two statuses show the same: all but the revision and the time. */
export function showsTheSame(a: Status, b: Status): boolean {
  const comparable = (status: Status): string => JSON.stringify({ ...status, revision: 0, at: '' });
  return comparable(a) === comparable(b);
}

function shownCapture({ capture }: StatusInputs, language: Language): Status['capture'] {
  const { transparent } = capture;
  if (transparent === null) return { ...capture, transparent };
  const obstacles = transparent.obstacles.map(({ code, detail }) => ({
    code,
    ...obstacleWords({ code, detail }, language),
  }));
  return { ...capture, transparent: { ...transparent, obstacles } };
}

function connectionOf({ enrolment, mode, profiles, link, distribution }: StatusInputs): ConnectionState {
  const document = distribution?.document ?? null;
  if (enrolment === null) return { kind: 'not-enrolled' };
  if (mode.kind === 'disconnected') return { kind: 'disabled', by: 'user', since: iso(mode.since) };
  if (mode.kind === 'paused') return { kind: 'paused', since: iso(mode.since), until: iso(mode.until) };
  const breakGlassSince = document?.breakGlassSince ?? null;
  if (breakGlassSince !== null) return { kind: 'disabled', by: 'organisation', since: breakGlassSince };
  if (!profiles.some((profile) => profile.enabled)) {
    const assignedAt = document?.assigns === true ? Date.parse(document.signedAt) : 0;
    const since = Math.max(assignedAt, ...profiles.map((profile) => profile.changedAt ?? 0));
    const byUser = profiles.some((profile) => !profile.locked);
    return { kind: 'disabled', by: byUser ? 'user' : 'organisation', since: iso(since) };
  }
  return linkState(link);
}

function linkState(link: Link): ConnectionState {
  const since = iso(link.since);
  switch (link.kind) {
    case 'connecting':
      return { kind: 'connecting', attempt: link.attempt, since };
    case 'connected':
      return { kind: 'connected', edge: link.edge, since };
    case 'unreachable': {
      const retryAt = link.retryAt === null ? null : iso(link.retryAt);
      return { kind: 'edge-unreachable', since, cause: link.cause, retryAt };
    }
    case 'refused':
      return { kind: 'device-refused', edge: link.edge, since, cause: link.cause };
    case 'untrusted':
      return { kind: 'edge-untrusted', edge: link.edge, since, cause: link.cause };
    case 'sign-in-needed':
      return { kind: 'sign-in-needed', since, cause: link.cause };
    case 'no-internet':
      return { kind: 'no-internet', since };
    case 'captive-portal':
      return { kind: 'captive-portal', since, page: link.page };
    default:
      return assertNever(link);
  }
}

/** The addresses that hold at this moment. One from before the last network change is not among them. */
function ownAddresses({ egress }: StatusInputs): readonly string[] {
  return [egress.ipv4, egress.ipv6].flatMap(({ state, address }) =>
    (state === 'confirmed' || state === 'probable') && address !== null ? [address] : [],
  );
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
