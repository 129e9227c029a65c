// Profiles, revisions and assignments as lines for people.
import type { ControlResult } from '../control/requests.ts';
import { assignmentText } from '../core/assignment.ts';

type Listed = ControlResult<'profiles.list'>;
type Revision = ControlResult<'profiles.history'>['revisions'][number];
type ForDevice = ControlResult<'profiles.showDevice'>;

export function profilesText({ profiles, assignments, breakGlass, revision }: Listed): readonly string[] {
  const all = profiles.flatMap((profile) => {
    const { id, name, state, version, revision: number, priority, rules } = profile;
    const origin = number === null ? 'as in its file' : `revision ${number}`;
    return [
      `${id} (${name}): ${state}, ${origin}, version ${version}, priority ${priority}, ${rules} rules`,
      ...assignments.filter((one) => one.profile === id).map((one) => `  ${assignmentText(one)}`),
    ];
  });
  // Of profiles that are gone from the edge's files.
  const idle = assignments
    .filter(({ profile }) => profiles.every(({ id }) => id !== profile))
    .map((one) => `without effect, there is no such profile: ${assignmentText(one)}`);
  return [
    ...(breakGlass === null
      ? []
      : [`BREAK-GLASS since ${breakGlass.since}: all profiles of all devices are off`]),
    ...all,
    ...idle,
    assignments.length === 0
      ? 'Nothing is assigned: devices use profiles of their own. Assign with: opengsa-edge profiles assign'
      : `What devices are told is revision ${revision}.`,
  ];
}

export function revisionText({ revision, version, publishedAt, who, note }: Revision): string {
  return `${String(revision).padStart(5)}  ${publishedAt.slice(0, 16)}Z  version ${version}  ${who}  ${note}`;
}

export function deviceProfilesText(device: string, told: ForDevice): readonly string[] {
  const groups = told.groups.length === 0 ? 'in no group' : `in ${told.groups.join(', ')}`;
  return [`${device}, ${groups}:`, ...profileLines(told).map((line) => `  ${line}`)];
}

function profileLines({ breakGlass, profiles }: ForDevice): readonly string[] {
  if (breakGlass !== null) return [`break-glass since ${breakGlass.since}: none`];
  if (profiles === null) return ['nothing is assigned to anybody: it uses profiles of its own'];
  if (profiles.length === 0) return ['none: everything leaves directly'];
  return profiles.map(({ name, title, revision, priority }) => {
    const origin = revision === null ? "as in the edge's file" : `revision ${revision}`;
    return `${name} (${title}): ${origin}, priority ${priority}`;
  });
}
