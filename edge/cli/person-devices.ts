// The devices of one person, as an administrator names that person.
import { OpenGsaError } from '../../protocol/error.ts';
import type { Person } from '../../protocol/person.ts';
import type { Device } from '../store/device-store.ts';

type Owned = Pick<Device, 'name' | 'revokedAt' | 'owner'>;

/**
 * The good devices that `person` enrolled by signing in.
 *
 * @param person the identifier at the issuer, or the name in any case; `SUBJECT at ISSUER` is always one person
 * @throws OpenGsaError `not-found` where there is none; `conflict` where several people are called so
 */
export function devicesOfPerson<D extends Owned>(person: string, devices: readonly D[]): readonly D[] {
  const owned = devices.flatMap((device) =>
    device.owner === null || device.revokedAt !== null ? [] : [{ device, owner: device.owner }],
  );
  const identified = owned.filter(({ owner }) => [owner.subject, identifierOf(owner)].includes(person));
  const meant = identified.length > 0 ? identified : owned.filter(({ owner }) => isSame(owner.name, person));
  const people = [...new Set(meant.map(({ owner }) => identifierOf(owner)))];
  const [one, ...others] = people;
  if (one === undefined) {
    throw new OpenGsaError(
      'not-found',
      `no good device was enrolled by a sign-in of ${person}; whose each is: opengsa-edge devices list`,
    );
  }
  if (others.length > 0) {
    const choices = people.map((identifier) => `--person ${JSON.stringify(identifier)}`).join(' or ');
    throw new OpenGsaError('conflict', `${person} may be any of ${people.length} people: say ${choices}`);
  }
  // A name may change: what was enrolled under an earlier one is this person's as well.
  return owned.filter(({ owner }) => identifierOf(owner) === one).map(({ device }) => device);
}

function identifierOf({ subject, issuer }: Person): string {
  return `${subject} at ${issuer}`;
}

function isSame(name: string, other: string): boolean {
  const plain = (text: string): string => text.normalize('NFC').toLowerCase();
  return plain(name) === plain(other);
}
