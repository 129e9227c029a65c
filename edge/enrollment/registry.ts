// Makes devices of certificate requests that somebody or something admits: each as one transaction, or not at all.
import type { Address } from '../../protocol/address.ts';
import type { EnrollAnswer, EnrollRequest } from '../../protocol/enrollment.ts';
import { isSamePerson, type Person } from '../../protocol/person.ts';
import { printable } from '../../protocol/printable.ts';
import type { Audit } from '../audit.ts';
import { certificateThumbprint } from '../identity/pki.ts';
import type { Device } from '../store/device-store.ts';
import type { Store } from '../store/store.ts';
import type { GoodRequest, Issuing } from './issuing.ts';
import { type Outcome, type Refusal, refused } from './outcome.ts';

/** What lets a device in, found good before anything is written. */
export type Admission = {
  /** For the audit log: `invitation 3`. */
  readonly by: string;
  /** What the device is called, whatever it calls itself; null: as it says. */
  readonly name: string | null;
  /** The only traffic profile that it may use; null: all of the edge's. */
  readonly profile: string | null;
  readonly owner: Person | null;
  /** What to do where another device has the name. */
  readonly nameRemedy: string;
  /**
   * Looks before the certificate is made, and once more in the transaction that makes the device: somebody else may have
   * been faster.
   *
   * @param replaced the name of a device of the owner's that gives way
   * @returns null where it is good still
   */
  readonly confirm: (replaced: string | null) => Refusal | null;
  /** Uses it up, in that transaction. */
  readonly use: (deviceId: number) => void;
};

export type Registry = {
  readonly register: (
    admission: Admission,
    asked: Pick<EnrollRequest, 'device' | 'replaces'>,
    request: GoodRequest,
    peer: Address,
  ) => Outcome<EnrollAnswer>;
  /**
   * For a device whose answer was lost: it holds the key that it was made with, and gets what it missed.
   *
   * @returns null where there is no such certificate, or its device is revoked
   */
  readonly again: (deviceId: number, keyHash: string) => Outcome<EnrollAnswer> | null;
};

export function createRegistry(store: Store, audit: Audit, { certify, answer }: Issuing): Registry {
  const refusalOf = (
    admission: Admission,
    former: Device | null,
    replaces: boolean,
    peer: Address,
  ): Refusal | null => {
    const isTheirs = former !== null && isSamePerson(former.owner, admission.owner);
    if (former === null || (isTheirs && replaces)) return admission.confirm(former?.name ?? null);
    const { name } = former;
    audit(peer.text, 'enrollment.refuse', `${admission.by}: a device named ${name} exists`);
    return refused(
      'name-taken',
      isTheirs
        ? `a device named ${name} exists, and is yours: --replace has it give way, --name chooses another name`
        : `a device named ${name} exists: ${admission.nameRemedy}`,
    );
  };

  return {
    register: (admission, { device: said, replaces = false }, request, peer) => {
      const name = admission.name ?? said.name;
      const early = refusalOf(admission, store.devices.named(name), replaces, peer);
      if (early !== null) return early;
      // Made before anything is written: a device that cannot be told where the edge is must not be registered.
      const issued = certify(name, request);
      const told = answer(name, issued.certificate);
      return store.transaction(() => {
        const former = store.devices.named(name);
        const refusal = refusalOf(admission, former, replaces, peer);
        if (refusal !== null) return refusal;
        if (former !== null) {
          // Its sessions end as those of every revoked device: the running edge looks for them.
          store.devices.revoke(name, issued.issuedAt);
          audit(
            peer.text,
            'devices.revoke',
            `${name} ${former.thumbprint}: gives way to another of its owner`,
          );
        }
        const { profile, owner } = admission;
        const device = store.devices.add({ ...issued, name, createdAt: issued.issuedAt, profile, owner });
        admission.use(device.id);
        const facts = [said.system, said.agent].map(printable).filter((text) => text !== '');
        const how = [`${name} ${device.thumbprint} by ${admission.by}`, ...facts].join(', ');
        audit(peer.text, 'devices.enroll', how);
        return { kind: 'done', answer: told };
      });
    },
    again: (deviceId, keyHash) => {
      const certificate = store.devices.certificateFor(deviceId, keyHash);
      if (certificate === null) return null;
      const device = store.devices.byThumbprint(certificateThumbprint(certificate));
      if (device?.revokedAt !== null) return null;
      return { kind: 'done', answer: answer(device.name, certificate) };
    },
  };
}
