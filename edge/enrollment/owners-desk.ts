// People and the devices that they enrol: how many, how often, and which give way to which.
import type { Address } from '../../protocol/address.ts';
import type { EnrollAnswer, EnrollRequest } from '../../protocol/enrollment.ts';
import { isSamePerson, type Person } from '../../protocol/person.ts';
import type { Audit } from '../audit.ts';
import { fullBucket, type Rate, takeToken, type TokenBucket } from '../core/limits.ts';
import type { Store } from '../store/store.ts';
import type { GoodRequest } from './issuing.ts';
import { type Outcome, refused } from './outcome.ts';
import type { Admission, Registry } from './registry.ts';

export type OwnersDesk = {
  /** @param person whose sign-in was found good for enrolling */
  readonly enroll: (
    person: Person,
    request: GoodRequest,
    asked: Pick<EnrollRequest, 'device' | 'replaces'>,
    peer: Address,
  ) => Outcome<EnrollAnswer>;
};

export type OwnersDeskOptions = {
  readonly store: Store;
  readonly registry: Registry;
  readonly audit: Audit;
  readonly now: () => Date;
  /** Good devices that a person may have enrolled at a time. */
  readonly devicesPerPerson: number;
  /** The only traffic profile that such a device may use; null: all of the edge's. */
  readonly profile: string | null;
};

/** Whatever comes of it: a certificate costs time that tunnels wait for, a refusal a line of the audit log. */
const personRate: Rate = { burst: 10, perSecond: 1 / 30 };
/** How many of the devices that a person has are named where there are too many: an answer has its bounds. */
const mostNamed = 5;

const tooOften = refused('too-busy', 'this person enrols devices too often: try again in a minute');
const keyIsKnown = refused(
  'key-known',
  'the key of this computer is known here, of a device that is revoked or was enrolled otherwise: it is forgotten, and the command makes another one when it is run again',
);

export function createOwnersDesk(options: OwnersDeskOptions): OwnersDesk {
  const { store, registry, now } = options;
  /** As many as there are people who may enrol. */
  const rates = new Map<string, TokenBucket>();
  const mayAsk = ({ issuer, subject }: Person): boolean => {
    const key = JSON.stringify([issuer, subject]);
    const nowMs = now().getTime();
    const left = takeToken(rates.get(key) ?? fullBucket(personRate, nowMs), personRate, nowMs);
    if (left !== null) rates.set(key, left);
    return left !== null;
  };
  return {
    enroll: (person, request, asked, peer) => {
      if (!mayAsk(person)) return tooOften;
      const known = store.devices.byKey(request.keyHash);
      if (known === null) return registry.register(admissionOf(person, peer, options), asked, request, peer);
      return (
        (isSamePerson(known.owner, person) ? registry.again(known.id, request.keyHash) : null) ?? keyIsKnown
      );
    },
  };
}

function admissionOf(
  person: Person,
  peer: Address,
  { store, audit, now, devicesPerPerson, profile }: OwnersDeskOptions,
): Admission {
  const by = `the sign-in of ${person.name} (${person.subject} at ${person.issuer})`;
  return {
    ...{ by, name: null, profile, owner: person },
    nameRemedy: 'choose another with --name, or have that one revoked',
    confirm: (replaced) => {
      const names = store.devices.ownedBy(person, now().toISOString()).filter((name) => name !== replaced);
      if (names.length < devicesPerPerson) return null;
      audit(peer.text, 'enrollment.refuse', `${by}: has ${names.length} devices already`);
      const more = names.length > mostNamed ? ', …' : '';
      return refused(
        'too-many-devices',
        `${person.name} has as many devices as a person may have here: ` +
          `${names.slice(0, mostNamed).join(', ')}${more}; have one revoked`,
      );
    },
    // One more device is all that there is to it.
    use: () => undefined,
  };
}
