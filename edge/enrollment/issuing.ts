// Certificates for keys that devices made, and what a device is told with its first one.
import { X509Certificate } from 'node:crypto';
import type { DeviceBundle } from '../../protocol/device-bundle.ts';
import type { EnrollAnswer } from '../../protocol/enrollment.ts';
import type { Endpoints } from '../core/endpoints.ts';
import type { CertificateRequest } from '../identity/certificate-request.ts';
import { certificateThumbprint, certifyDevice, type Credential } from '../identity/pki.ts';
import type { DeviceCertificate } from '../store/device-store.ts';

export type IssuingOptions = {
  readonly organisation: string;
  /** How long a device's certificate holds, in ms. */
  readonly lifetimeMs: number;
  readonly issuing: () => { readonly authority: Credential; readonly jwks: DeviceBundle['jwks'] };
  readonly endpoints: () => Endpoints;
  readonly now: () => Date;
};

export type GoodRequest = Extract<CertificateRequest, { kind: 'good' }>;
export type Issued = DeviceCertificate & { readonly certificate: string };

export type Issuing = {
  readonly certify: (name: string, request: GoodRequest) => Issued;
  /** @param certificate of the device, PEM. @throws what `endpoints` throws while the edge does not know its own */
  readonly answer: (name: string, certificate: string) => EnrollAnswer;
};

export function createIssuing(options: IssuingOptions): Issuing {
  const { organisation, lifetimeMs, issuing, endpoints, now } = options;
  return {
    certify: (name, { publicKey, keyHash }) => {
      const at = now();
      const { authority } = issuing();
      const certificate = certifyDevice(authority, { name, organisation, publicKey, lifetimeMs }, at);
      return {
        thumbprint: certificateThumbprint(certificate),
        issuedAt: at.toISOString(),
        expiresAt: new X509Certificate(certificate).validToDate.toISOString(),
        keyHash,
        certificate,
      };
    },
    answer: (name, certificate) => {
      const { authority, jwks } = issuing();
      const bundle: DeviceBundle = { version: 1, organisation, device: name, ...endpoints(), jwks };
      return { version: 1, certificate, authority: authority.certificate, bundle };
    },
  };
}
