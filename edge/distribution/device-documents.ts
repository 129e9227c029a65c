// Answers a device that asks for its profiles: the signed document, or that it has the one that holds.
import { createHash, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import {
  documentTag,
  type Platform,
  platforms,
  type ProfileDocument,
  profileDocumentAudience,
  profileDocumentMaxBytes,
  profileDocumentType,
} from '../../protocol/profile-document.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { assignedProfiles, type DeviceFacts } from '../core/assignment.ts';
import { type DistributedState, documentContent, type DocumentContent } from '../core/device-document.ts';
import type { PlainAnswer } from '../server/request.ts';
import type { Device } from '../store/device-store.ts';
import type { Store } from '../store/store.ts';

/** Long enough for a device that is away over a long holiday to be told nothing of it. */
const lifetimeS = 30 * 86_400;

export type DeviceDocumentsOptions = {
  readonly organisation: string;
  /** What devices know as the key of the witness. */
  readonly key: { readonly kid: string; readonly privateKey: KeyObject };
  readonly store: Pick<Store, 'devices' | 'distribution'>;
  /** Asked once per revision of what is distributed. */
  readonly state: () => DistributedState;
  /** Who are signed in at a device. */
  readonly peopleAt: (device: Device) => DeviceFacts['people'];
  readonly now: () => Date;
};

export type DeviceDocuments = {
  /** @param query of the request: `platform` and the `have` of a document that the device holds */
  readonly answer: (thumbprint: string, query: URLSearchParams) => Promise<PlainAnswer>;
  /** What the device is told; for people. */
  readonly contentFor: (device: Device) => DocumentContent;
};

/** `json`: the content as it is sent. */
type Content = { readonly content: DocumentContent; readonly json: string; readonly tag: string };

export function createDeviceDocuments(options: DeviceDocumentsOptions): DeviceDocuments {
  const { store } = options;
  let made = { revision: -1, state: options.state(), contents: new Map<string, Content>() };
  const contentOf = (facts: DeviceFacts): Content => {
    const revision = store.distribution.distributionRevision();
    if (made.revision !== revision) made = { revision, state: options.state(), contents: new Map() };
    const { assignments, profiles } = made.state;
    // Made once for all devices that have the same; while all profiles are off it is the same for every device.
    const key = JSON.stringify(assignedProfiles(assignments, profiles, facts));
    const known = made.contents.get(key);
    if (known !== undefined) return known;
    const content = documentContent(made.state, facts);
    const json = JSON.stringify(content);
    const next = { content, json, tag: createHash('sha256').update(json).digest('base64url') };
    if (made.contents.size < mostContents) made.contents.set(key, next);
    return next;
  };
  const factsOf = (device: Device, platform: string | null): DeviceFacts => ({
    device: device.name,
    groups: store.distribution.groups(device.id),
    platform,
    people: options.peopleAt(device),
    onlyProfile: device.profile,
  });

  return {
    contentFor: (device) => contentOf(factsOf(device, store.distribution.platform(device.id))).content,
    async answer(thumbprint, query) {
      const question = readQuestion(query);
      const device = store.devices.byThumbprint(thumbprint);
      if (question === null || device === null) return { status: 400, fields: {}, body: '' };
      const before = store.distribution.platform(device.id);
      const platform = question.platform ?? before;
      if (platform !== null && platform !== before) store.distribution.setPlatform(device.id, platform);
      const { json, tag } = contentOf(factsOf(device, platform));
      if (question.have === tag) return { status: 304, fields: noStore, body: '' };
      const body = await sign({ json, tag, revision: made.revision, device }, options);
      return { status: 200, fields: { ...noStore, 'content-type': 'application/jose' }, body };
    },
  };
}

/** Each is as long as its profiles; beyond this they are made for each question. */
const mostContents = 100;
const noStore = { 'cache-control': 'no-store' } as const;

function readQuestion(
  query: URLSearchParams,
): { readonly have: string | null; readonly platform: Platform | null } | null {
  const [have, told] = [query.get('have'), query.get('platform')];
  const platform = platforms.find((one) => one === told) ?? null;
  if (have !== null && !documentTag.safeParse(have).success) return null;
  return told !== null && platform === null ? null : { have, platform };
}

type Told = Pick<Content, 'json' | 'tag'> & { readonly revision: number; readonly device: Device };

async function sign(
  { json, tag, revision, device }: Told,
  { key, organisation, now }: DeviceDocumentsOptions,
): Promise<string> {
  const iat = Math.floor(now().getTime() / 1000);
  const own: Omit<ProfileDocument, keyof DocumentContent> = {
    ...{ aud: profileDocumentAudience, iat, exp: iat + lifetimeS, version: 1, organisation },
    ...{ device: { name: device.name, id: device.id }, revision, tag },
  };
  // Profiles are long and the same for most devices: they are written once, and joined as text.
  const claims = `${JSON.stringify(own).slice(0, -1)},${json.slice(1)}`;
  const jws = await new CompactSign(new TextEncoder().encode(claims))
    .setProtectedHeader({ alg: 'ES256', typ: profileDocumentType, kid: key.kid })
    .sign(key.privateKey);
  if (jws.length <= profileDocumentMaxBytes) return jws;
  throw new OpenGsaError('bad-profile', `the profiles of ${device.name} are too large to be sent to it`);
}
