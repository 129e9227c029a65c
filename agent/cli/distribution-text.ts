// Where the profiles of this device come from, as lines for people.
import type { Status } from '../../protocol/status.ts';

/** @param distribution null: none are asked for, by agent.yaml or because the device has no edge */
export function distributionText(distribution: Status['distribution']): readonly string[] {
  if (distribution === null) return [];
  const { organisation, document, fault } = distribution;
  const failed = fault === null ? [] : [`The last question for the organisation's profiles failed: ${fault}`];
  if (document === null)
    return [`Profiles of this computer: ${organisation} has not told any yet.`, ...failed];
  const { revision, signedAt, receivedAt, assigns, breakGlassSince } = document;
  const version = `revision ${revision}, signed ${moment(signedAt)}, received ${moment(receivedAt)}`;
  return [sourceText(organisation, assigns, breakGlassSince, version), ...failed];
}

function sourceText(
  organisation: string,
  assigns: boolean,
  breakGlassSince: string | null,
  version: string,
): string {
  if (breakGlassSince !== null) {
    return `${organisation} has turned off all profiles since ${moment(breakGlassSince)} (${version}).`;
  }
  return assigns
    ? `Profiles assigned by ${organisation}: ${version}.`
    : `Profiles of this computer: ${organisation} assigns none (${version}).`;
}

/** To the second, in UTC. */
function moment(iso: string): string {
  return `${iso.slice(0, 19)}Z`;
}
