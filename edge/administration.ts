// What an administrator can do, on the store and the authority: the running edge offers it on its control socket.
import { X509Certificate } from 'node:crypto';
import { type DeviceBundle, deviceBundle, deviceBundleFiles } from '../protocol/device-bundle.ts';
import { deviceName } from '../protocol/enrollment.ts';
import { OpenGsaError } from '../protocol/error.ts';
import { parse } from '../protocol/parse.ts';
import { type Administrators, createAdministrators } from './administrators.ts';
import { createAudit } from './audit.ts';
import type { ControlResult, LocationPolicy } from './control/requests.ts';
import type { Endpoints } from './core/endpoints.ts';
import { createInviting, type Inviting, type InvitingOptions } from './enrollment/inviting.ts';
import { certificateThumbprint, type Credential, issueDeviceCertificate } from './identity/pki.ts';
import type { AuditEntry } from './store/audit-store.ts';
import type { Device, NewDevice } from './store/device-store.ts';
import type { Signaling, SignalingStatus } from './store/settings-store.ts';
import type { Store } from './store/store.ts';

/**
 * `who` acts: `uid 1000` on the control socket, `administrator NAME` in the API. It is written down in the audit log, with
 * the change or not at all.
 */
export type Administration = Inviting & {
  /**
   * Makes a key and a certificate for a device and registers it.
   *
   * @returns the files that the device needs; the key is in them and nowhere else
   * @throws OpenGsaError `bad-usage` for a name that cannot be one, `already-exists`
   */
  readonly addDevice: (name: string, who: string) => Promise<ControlResult<'devices.add'>>;
  readonly devices: () => readonly Device[];
  /** @throws OpenGsaError `not-found` */
  readonly revokeDevice: (name: string, who: string) => Device;
  readonly administrators: Administrators;
  /** Writes down a change that was asked for and not made. */
  readonly noteRefusal: (who: string, detail: string) => void;
  readonly signaling: () => ControlResult<'signaling.get'>;
  /** Turning it off while policies use named locations needs `confirm`: they would judge the edge's address. */
  readonly setSignaling: (
    status: SignalingStatus,
    confirm: boolean,
    who: string,
  ) => ControlResult<'signaling.set'>;
};

export type AdministrationOptions = Pick<InvitingOptions, 'enrollmentAt' | 'profileNames' | 'isOpen'> & {
  readonly organisation: string;
  /** How long a device's certificate holds, in ms. */
  readonly lifetimeMs: number;
  readonly namedLocations: readonly { readonly name: string; readonly policies: readonly string[] }[];
  readonly store: Store;
  /** What a device is made with: the authority that signs, and the witness's public keys. May throw. */
  readonly issuing: () => { readonly authority: Credential; readonly jwks: DeviceBundle['jwks'] };
  /** Statements of the witness that did not count, by reason; absent where no edge runs. */
  readonly attestationFaults?: () => Readonly<Record<string, number>>;
  /** May throw while the edge does not know them. */
  readonly endpoints: () => Endpoints;
  readonly now: () => Date;
  /** Told after a device was revoked, to end what it has open. */
  readonly onRevoked?: (device: Device, thumbprints: readonly string[]) => void;
  /** Told after each change. */
  readonly onSignaling?: (signaling: Signaling) => void;
  readonly onAudit?: (entry: AuditEntry) => void;
};

export function createAdministration(options: AdministrationOptions): Administration {
  const { store, organisation, lifetimeMs, now } = options;
  const audit = createAudit(options);
  const authority = (): string => options.issuing().authority.certificate;
  const dependent = (): LocationPolicy[] => [
    ...locationPolicies(options.namedLocations),
    // Which policies use these is known to the identity provider alone.
    ...store.namedLocations
      .list()
      .map(({ name }) => ({ policy: 'whichever policy uses it', location: name })),
  ];

  return {
    ...createInviting({ ...options, audit, authority }),
    async addDevice(name, who) {
      parse(deviceName, name, `the device name ${JSON.stringify(name)}`, 'bad-usage');
      refuseTakenName(store, name);
      // Asked before the key is made: a device that cannot be told where the edge is must not be registered.
      const endpoints = options.endpoints();
      const { authority, jwks } = options.issuing();
      const at = now();
      const credential = await issueDeviceCertificate(authority, { name, organisation, lifetimeMs }, at);
      const device = store.transaction(() => {
        const added = store.devices.add(describeDevice(name, credential.certificate, at));
        audit(who, 'devices.add', `${name} ${added.thumbprint}`);
        return added;
      });
      const bundle = { version: 1 as const, organisation, device: name, ...endpoints, jwks };
      return {
        device,
        files: bundleFiles(credential, authority.certificate, bundle),
      };
    },
    devices: () => store.devices.list(),
    revokeDevice(name, who) {
      const device = store.transaction(() => {
        const revoked = store.devices.revoke(name, now().toISOString());
        if (revoked === null)
          throw new OpenGsaError('not-found', `there is no device named ${name} to revoke`);
        audit(who, 'devices.revoke', `${name} ${revoked.thumbprint}`);
        return revoked;
      });
      options.onRevoked?.(device, store.devices.thumbprints(device.id));
      return device;
    },
    administrators: createAdministrators({ store, authority, now, audit }),
    noteRefusal: (who, detail) => audit(who, 'administration.refused', detail),
    signaling: () => ({
      signaling: store.settings.signaling(),
      locationPolicies: dependent(),
      attestationFaults: { ...options.attestationFaults?.() },
    }),
    setSignaling(status, confirm, who) {
      const present = store.settings.signaling();
      if (present.status === status) return { kind: 'switched', signaling: present, changed: false };
      const policies = dependent();
      if (status === 'disabled' && policies.length > 0 && !confirm) {
        return { kind: 'conflict', code: 'locationPoliciesRegistered', locationPolicies: policies };
      }
      const signaling = { status, since: now().toISOString() };
      const detail =
        status === 'disabled' && policies.length > 0
          ? `confirmed for ${policies.map(({ policy }) => policy).join(', ')}`
          : 'no policies concerned';
      store.transaction(() => {
        store.settings.setSignaling(signaling);
        audit(who, status === 'enabled' ? 'signaling.enable' : 'signaling.disable', detail);
      });
      options.onSignaling?.(signaling);
      return { kind: 'switched', signaling, changed: true };
    },
  };
}

/** A user of the system, as the audit log names one. */
export function systemUser(uid: number): string {
  return `uid ${uid}`;
}

function refuseTakenName(store: Store, name: string): void {
  if (store.devices.named(name) !== null) {
    throw new OpenGsaError('already-exists', `a device named ${name} exists; revoke it first`);
  }
}

function describeDevice(name: string, certificate: string, at: Date): NewDevice {
  return {
    name,
    thumbprint: certificateThumbprint(certificate),
    createdAt: at.toISOString(),
    expiresAt: new X509Certificate(certificate).validToDate.toISOString(),
  };
}

function bundleFiles(
  { key, certificate }: Credential,
  authority: string,
  bundle: DeviceBundle,
): Record<string, string> {
  // Checked by the schema that the device reads it with: what it would refuse must not be handed out.
  const edge = parse(deviceBundle, bundle, 'device files', 'bad-config');
  return {
    [deviceBundleFiles.key]: key,
    [deviceBundleFiles.certificate]: certificate,
    [deviceBundleFiles.authority]: authority,
    [deviceBundleFiles.edge]: `${JSON.stringify(edge, null, 2)}\n`,
  };
}

function locationPolicies(
  locations: AdministrationOptions['namedLocations'],
): ControlResult<'signaling.get'>['locationPolicies'] {
  return locations.flatMap(({ name, policies }): LocationPolicy[] =>
    policies.map((policy) => ({ policy, location: name })),
  );
}
