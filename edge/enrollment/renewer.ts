// Renews the certificates of devices in good standing.
import type { Audit } from '../audit.ts';
import { fullBucket, type Rate, takeToken, type TokenBucket } from '../core/limits.ts';
import { readCertificateRequest } from '../identity/certificate-request.ts';
import type { Store } from '../store/store.ts';
import type { Issuing } from './issuing.ts';
import { type Outcome, refused } from './outcome.ts';

export type Renewer = {
  /** @param thumbprint of the certificate that the device has proved, of a device in good standing */
  readonly renew: (thumbprint: string, request: string) => Outcome<{ version: 1; certificate: string }>;
};

/** A device renews a few times in its certificate's life; one that is out of order must not keep the disk busy. */
const renewRate: Rate = { burst: 5, perSecond: 1 / 60 };

export function createRenewer(
  store: Store,
  audit: Audit,
  { certify }: Pick<Issuing, 'certify'>,
  now: () => Date,
): Renewer {
  const renewals = new Map<number, TokenBucket>();
  return {
    renew(thumbprint, text) {
      const device = store.devices.byThumbprint(thumbprint);
      if (device === null) return refused('bad-request', 'there is no such device');
      const who = `device ${device.name}`;
      const request = readCertificateRequest(text);
      if (request.kind === 'refused') {
        audit(who, 'enrollment.refuse', `renewal: its certificate request ${request.reason}`);
        return refused('bad-certificate-request', `the certificate request ${request.reason}`);
      }
      const known = store.devices.certificateFor(device.id, request.keyHash);
      if (known !== null) return { kind: 'done', answer: { version: 1, certificate: known } };
      const nowMs = now().getTime();
      const left = takeToken(renewals.get(device.id) ?? fullBucket(renewRate, nowMs), renewRate, nowMs);
      if (left === null) return refused('too-busy', 'this device renews too often; try again in a minute');
      renewals.set(device.id, left);
      const issued = certify(device.name, request);
      store.transaction(() => {
        store.devices.addCertificate(device.id, issued);
        audit(who, 'devices.renew', `${device.name} ${issued.thumbprint}`);
      });
      return { kind: 'done', answer: { version: 1, certificate: issued.certificate } };
    },
  };
}
