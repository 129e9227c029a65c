// Reads the document by which the organisation tells this device its profiles: whose it is, whom it is for, and that it is
// not older than the one that the device holds. What has any fault is refused as a whole.
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify, type JWTPayload } from 'jose';
import { explain } from '../../protocol/error.ts';
import { compileProfile } from '../../protocol/matcher.ts';
import { parse } from '../../protocol/parse.ts';
import { parseProfile } from '../../protocol/profile.ts';
import {
  type ProfileDocument,
  profileDocumentAlgorithms,
  profileDocumentAudience,
  profileDocumentClaims,
  profileDocumentMaxBytes,
  profileDocumentType,
} from '../../protocol/profile-document.ts';

export type DocumentFailure =
  | 'too-long'
  | 'malformed'
  | 'algorithm-refused'
  | 'unknown-key'
  | 'bad-signature'
  | 'wrong-type'
  | 'wrong-audience'
  | 'wrong-organisation'
  | 'wrong-device'
  | 'older'
  | 'expired'
  | 'bad-profile';

export type DocumentExpectation = {
  /** The public keys that the device got when it was enrolled. */
  readonly keys: JSONWebKeySet;
  readonly organisation: string;
  /** The name of this device. */
  readonly device: string;
};

/** What tells older documents from later ones. */
export type DocumentAge = Pick<ProfileDocument, 'revision' | 'iat'>;

export type DocumentReading =
  | { readonly kind: 'good'; readonly document: ProfileDocument }
  /** `why` is the end of a sentence about the document: "it is for another device (desk-2)". */
  | { readonly kind: 'refused'; readonly reason: DocumentFailure; readonly why: string };

/** A device's clock may be ahead of the edge's by so much. */
const skewMs = 10 * 60_000;

/** As an edge sends it. Never rejects. @param now wall clock in ms @param held what the device has; null: nothing */
export async function readSentDocument(
  jws: string,
  expected: DocumentExpectation,
  held: DocumentAge | null,
  now: number,
): Promise<DocumentReading> {
  const reading = await readKeptDocument(jws, expected);
  if (reading.kind === 'refused') return reading;
  const { document } = reading;
  if (held !== null && isOlder(document, held)) {
    return refused(
      'older',
      `it is older (revision ${document.revision}) than what is held (${held.revision})`,
    );
  }
  if (document.exp * 1000 + skewMs < now) {
    const until = new Date(document.exp * 1000).toISOString();
    return refused('expired', `it held until ${until}; see whether the clock of this computer is right`);
  }
  return reading;
}

/** As the device kept it: one that was good goes on holding until a later one comes, however long that takes. */
export async function readKeptDocument(jws: string, expected: DocumentExpectation): Promise<DocumentReading> {
  if (jws.length > profileDocumentMaxBytes) {
    return refused('too-long', `it is longer than ${profileDocumentMaxBytes} bytes`);
  }
  let payload: JWTPayload;
  try {
    ({ payload } = await jwtVerify(jws, createLocalJWKSet(expected.keys), {
      algorithms: [...profileDocumentAlgorithms],
      typ: profileDocumentType,
      audience: profileDocumentAudience,
      // Its end is judged above, for documents that come from an edge alone.
      currentDate: new Date(0),
    }));
  } catch (error) {
    return signatureRefusal(error);
  }
  let document: ProfileDocument;
  try {
    document = parse(profileDocumentClaims, payload, 'document');
  } catch (error) {
    return refused('malformed', `it cannot be read: ${explain(error)}`);
  }
  const { organisation, device } = document;
  if (organisation !== expected.organisation) {
    return refused('wrong-organisation', `it is of another organisation (${organisation})`);
  }
  if (device.name !== expected.device) {
    return refused('wrong-device', `it is for another device (${device.name})`);
  }
  return withGoodProfiles(document);
}

/** By revision; two of one revision differ where facts of the device do, and then the later one holds. */
function isOlder(document: DocumentAge, held: DocumentAge): boolean {
  if (document.revision !== held.revision) return document.revision < held.revision;
  return document.iat < held.iat;
}

function withGoodProfiles(document: ProfileDocument): DocumentReading {
  const names = (document.profiles ?? []).map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return refused('bad-profile', `it has two profiles named ${twice}`);
  try {
    for (const { name, profile } of document.profiles ?? []) compileProfile(parseProfile(profile, name));
  } catch (error) {
    return refused('bad-profile', `a profile in it is wrong: ${explain(error)}`);
  }
  return { kind: 'good', document };
}

function signatureRefusal(error: unknown): DocumentReading {
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'typ') return refused('wrong-type', 'it is another kind of statement');
    if (error.claim === 'aud') return refused('wrong-audience', 'it is meant for something else');
    return refused('malformed', `it cannot be read: ${error.claim}`);
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return refused('unknown-key', 'it is signed by a key that this device does not know');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return refused('bad-signature', 'its signature is wrong');
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return refused('algorithm-refused', 'it is signed by a method that is not allowed');
  }
  return refused('malformed', 'it is no signed document');
}

function refused(reason: DocumentFailure, why: string): DocumentReading {
  return { kind: 'refused', reason, why };
}
