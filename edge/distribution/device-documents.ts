// Answers a device that asks for its profiles: the signed document, or that it has the one that holds.
import { createHash, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
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
import type { DeviceFacts } from '../core/assignment.ts';
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

type Content = { readonly content: DocumentContent; readonly tag: string };

export function createDeviceDocuments(options: DeviceDocumentsOptions): DeviceDocuments {
  const { store } = options;
  let made = { revision: -1, state: options.state(), contents: new Map<string, Content>() };
  const contentOf = (facts: DeviceFacts): Content => {
    const revision = store.distribution.distributionRevision();
    if (made.revision !== revision) made = { revision, state: options.state(), contents: new Map() };
    // Most devices of an organisation differ in nothing that assignments ask for.
    const key = JSON.stringify({ ...facts, device: isNamed(made.state, facts.device) ? facts.device : '' });
    const known = made.contents.get(key);
    if (known !== undefined) return known;
    const content = documentContent(made.state, facts);
    const tag = createHash('sha256').update(JSON.stringify(content)).digest('base64url');
    if (made.contents.size < mostContents) made.contents.set(key, { content, tag });
    return { content, tag };
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
      const { content, tag } = contentOf(factsOf(device, platform));
      if (question.have === tag) return { status: 304, fields: noStore, body: '' };
      const body = await sign({ ...content, tag, revision: made.revision, device }, options);
      return { status: 200, fields: { ...noStore, 'content-type': 'application/jose' }, body };
    },
  };
}

/** Each holds references to profiles alone; beyond this they are made for each question. */
const mostContents = 10_000;
const noStore = { 'cache-control': 'no-store' } as const;

function isNamed({ assignments }: DistributedState, device: string): boolean {
  return assignments.some(({ target, name }) => target === 'device' && name === device);
}

function readQuestion(
  query: URLSearchParams,
): { readonly have: string | null; readonly platform: Platform | null } | null {
  const [have, told] = [query.get('have'), query.get('platform')];
  const platform = platforms.find((one) => one === told) ?? null;
  if (have !== null && !documentTag.safeParse(have).success) return null;
  return told !== null && platform === null ? null : { have, platform };
}

async function sign(
  {
    device,
    ...content
  }: DocumentContent & Pick<ProfileDocument, 'tag' | 'revision'> & { readonly device: Device },
  { key, organisation, now }: DeviceDocumentsOptions,
): Promise<string> {
  const iat = Math.floor(now().getTime() / 1000);
  const claims: ProfileDocument = {
    ...{ aud: profileDocumentAudience, iat, exp: iat + lifetimeS, version: 1, organisation },
    device: { name: device.name, id: device.id },
    ...content,
  };
  const jws = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: profileDocumentType, kid: key.kid })
    .sign(key.privateKey);
  if (jws.length <= profileDocumentMaxBytes) return jws;
  throw new OpenGsaError('bad-profile', `the profiles of ${device.name} are too large to be sent to it`);
}
