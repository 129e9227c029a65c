// Statements as an attacker would write them: what a device holds (its own and stolen statements, public keys, keys of
// its own) turned into fields that no edge may believe. Everything follows from the seed.
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  type SignKeyObjectInput,
} from 'node:crypto';
import { type JSONWebKeySet, type JWK } from 'jose';
import type { Random } from './random.ts';
import {
  base64url,
  cutOrInsert,
  encode,
  encodeText,
  exchange,
  flipBits,
  groupOrder,
  withPart,
} from './token-text.ts';

/** A statement that a witness made: all that may ever be believed. */
export type Genuine = { readonly token: string; readonly ip: string; readonly thumbprint: string };

/** What the attacker works with. */
export type Arsenal = {
  /** Made by the witness for this very device, and valid. */
  readonly own: readonly Genuine[];
  /** Made by the witness for other devices, or at other times. */
  readonly stolen: readonly Genuine[];
  /** Signed with the right key, about the right device, and not what an edge may believe: too long a life, … */
  readonly misused: readonly string[];
  readonly jwks: JSONWebKeySet;
  readonly keys: AttackerKeys;
};

export type AttackerKeys = {
  readonly ec: KeyObject;
  readonly rsa: KeyObject;
  readonly ed: KeyObject;
  readonly ecPublic: JWK;
};

/** A value of `egress-attestation`, and how it was made. */
export type Forgery = { readonly kind: string; readonly field: string };

type Json = Record<string, unknown>;
type Forge = (arsenal: Arsenal, random: Random) => string;

export function createAttackerKeys(): AttackerKeys {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    ec: ec.privateKey,
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    ed: generateKeyPairSync('ed25519').privateKey,
    ecPublic: ec.publicKey.export({ format: 'jwk' }),
  };
}

/** The next forgery of the seed's series, the kinds in turn. */
export function forge(arsenal: Arsenal, random: Random, index: number): Forgery {
  const kinds = Object.keys(forges);
  const kind = kinds[index % kinds.length] ?? '';
  const token = forges[kind]?.(arsenal, random) ?? '';
  return { kind, field: kind.startsWith('field:') ? token : `"${token}"` };
}

export const forgeryKinds = (): readonly string[] => Object.keys(forges);

/** Each makes one token, or a whole field where its name says so. */
const forges: Readonly<Record<string, Forge>> = {
  'bits of the signature': (a, r) => withPart(ownToken(a, r), 2, (bytes) => flipBits(bytes, r)),
  'bits of the claims': (a, r) => withPart(ownToken(a, r), 1, (bytes) => flipBits(bytes, r)),
  'bits of the header': (a, r) => withPart(ownToken(a, r), 0, (bytes) => flipBits(bytes, r)),
  'character exchanged': (a, r) => exchange(ownToken(a, r), r),
  'character lost or inserted': (a, r) => cutOrInsert(ownToken(a, r), r),
  'parts cut, doubled or swapped': (a, r) => {
    const parts = r.pick(a.own).token.split('.');
    const other = r.pick(a.stolen).token.split('.');
    return r
      .pick([
        parts.slice(0, 2),
        [...parts, ...parts],
        [parts[1], parts[0], parts[2]],
        [...parts, '', ''],
        ['', ...parts],
        [parts[0], other[1], parts[2]],
        [other[0], parts[1], other[2]],
        [parts[0], parts[1], other[2]],
      ])
      .join('.');
  },
  'claims edited under the old signature': (a, r) => {
    const [header = '', , signature = ''] = r.pick(a.own).token.split('.');
    return `${header}.${encode(editClaims(a, r))}.${signature}`;
  },
  'header edited under the old signature': (a, r) => {
    const [, claims = '', signature = ''] = r.pick(a.own).token.split('.');
    return `${encode(editHeader(a, r))}.${claims}.${signature}`;
  },
  "edited claims, signed with the attacker's key": (a, r) => signEc(header(a), editClaims(a, r), a.keys.ec),
  "genuine claims, signed with the attacker's key": (a, r) =>
    signEc(header(a), claimsOf(r.pick(a.own).token), a.keys.ec),
  'key in the header': (a, r) =>
    signEc({ ...header(a), ...r.pick(keyHeaders(a)) }, editClaims(a, r), a.keys.ec),
  'name of the key': (a, r) => signEc({ ...header(a), kid: r.pick(oddKids(a)) }, editClaims(a, r), a.keys.ec),
  'algorithm none': (a, r) => {
    const head = { ...header(a), alg: r.pick(['none', 'None', 'NONE', 'nOnE', '', null, 'null']) };
    const signature = r.pick(['', 'AA', r.pick(a.own).token.split('.')[2] ?? '']);
    return `${encode(head)}.${encode(editClaims(a, r))}.${signature}`;
  },
  'public key as a shared secret': (a, r) => {
    const [alg, hash] = r.pick([
      ['HS256', 'sha256'],
      ['HS384', 'sha384'],
      ['HS512', 'sha512'],
    ] as const);
    const text = `${encode({ ...header(a), alg })}.${encode(editClaims(a, r))}`;
    const secret = r.pick(publicSecrets(a));
    return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
  },
  "another algorithm with the attacker's key": (a, r) => signOther(a, r, editClaims(a, r)),
  'algorithm named wrongly': (a, r) => {
    const alg = r.pick([
      'ES384',
      'ES512',
      'ES256K',
      'PS256',
      'RS256',
      'EdDSA',
      'Ed25519',
      'es256',
      256,
      ['ES256'],
    ]);
    return signEc({ ...header(a), alg }, editClaims(a, r), a.keys.ec);
  },
  'degenerate signature': (a, r) => {
    const text = `${encode(header(a))}.${encode(editClaims(a, r))}`;
    return `${text}.${r.pick(degenerateSignatures).toString('base64url')}`;
  },
  'signature in DER': (a, r) => {
    const text = `${encode(header(a))}.${encode(editClaims(a, r))}`;
    return `${text}.${signBytes('sha256', Buffer.from(text), a.keys.ec).toString('base64url')}`;
  },
  'critical extension': (a, r) => {
    const crit = r.pick([['exp'], ['b64'], ['alg'], [], 'b64', ['http://example.test/odd'], [7], null]);
    return signEc({ ...header(a), crit, b64: r.pick([true, false, 'false']) }, editClaims(a, r), a.keys.ec);
  },
  'claims that are not encoded': (a, r) => {
    const head = encode({ ...header(a), b64: false, crit: ['b64'] });
    const text = `${head}.${JSON.stringify(editClaims(a, r))}`;
    const [, , signature = ''] = r.pick(a.own).token.split('.');
    return `${text}.${signature}`.replaceAll('"', '\\"');
  },
  'members twice': (a, r) => {
    const genuine = r.pick(a.own).token;
    const [head = '', , signature = ''] = genuine.split('.');
    const text = JSON.stringify(claimsOf(genuine));
    const twice = r.pick([
      text.replace('{', `{"ip":"${otherIp(r)}",`),
      text.replace(/}$/, `,"ip":"${otherIp(r)}"}`),
      text.replace(/}$/, `,"cnf":{"x5t#S256":"${'A'.repeat(43)}"}}`),
      text.replace('{', '{"__proto__":{"ip":"9.9.9.9"},'),
    ]);
    return r.bool() ? `${head}.${encodeText(twice)}.${signature}` : signEcText(header(a), twice, a.keys.ec);
  },
  'numbers out of range': (a, r) => {
    const odd = r.pick([
      '1e400',
      '-1',
      '1.5',
      '9007199254740993',
      '-0',
      '1e308',
      '"1"',
      '[1]',
      '{}',
      'null',
      'true',
    ]);
    const name = r.pick(['iat', 'exp', 'nbf']);
    const text = JSON.stringify({ ...claimsOf(r.pick(a.own).token), [name]: '@' }).replace('"@"', odd);
    return signEcText(header(a), text, a.keys.ec);
  },
  'huge and nested claims': (a, r) => {
    const depth = r.below(300) + 1;
    const nested = r.bool()
      ? `${'['.repeat(depth)}${']'.repeat(depth)}`
      : JSON.stringify(Array.from({ length: depth }, () => otherIp(r)));
    const text = JSON.stringify({ ...claimsOf(r.pick(a.own).token), ip: '@' }).replace('"@"', nested);
    return signEcText(header(a), text, a.keys.ec);
  },
  'claims that are no object': (a, r) =>
    signEcText(header(a), r.pick(['null', '[]', '""', '7', '{', '', '{"ip":', '\u0000', 'NaN']), a.keys.ec),
  'another serialisation': (a, r) => {
    const [protectedHeader, payload, signature] = r.pick(a.own).token.split('.');
    const flattened = { protected: protectedHeader, payload, signature, header: { kid: 'w1' } };
    const general = { payload, signatures: [{ protected: protectedHeader, signature }] };
    return JSON.stringify(r.pick<unknown>([flattened, general])).replaceAll('"', '\\"');
  },
  'five parts': (a, r) => {
    const head = encode({ alg: r.pick(['dir', 'ECDH-ES', 'RSA-OAEP']), enc: 'A256GCM', kid: header(a).kid });
    return [head, '', 'AAAAAAAAAAAAAAAA', encode(editClaims(a, r)), 'AAAAAAAAAAAAAAAAAAAAAA'].join('.');
  },
  "another device's, or of another time": (a, r) => r.pick(a.stolen).token,
  'right key, wrong statement': (a, r) => r.pick(a.misused),
  'random bytes': (_a, r) => [r.bytes(40), r.bytes(90), r.bytes(64)].map(base64url).join('.'),
  'field: tricks of structured fields': (a, r) => fieldTrick(a, r),
  'field: very long': (a, r) => `"${r.pick(a.own).token}";pad="${'a'.repeat(4000 + r.below(9000))}"`,
};

const degenerateSignatures: readonly Buffer[] = (() => {
  const number = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
  const values = [0n, 1n, groupOrder, groupOrder - 1n, groupOrder + 1n, 2n ** 256n - 1n].map(number);
  const pairs = values.flatMap((r) => values.map((s) => Buffer.concat([r, s])));
  return [...pairs, Buffer.alloc(0), Buffer.alloc(63), Buffer.alloc(65), Buffer.alloc(96)];
})();

function fieldTrick(a: Arsenal, r: Random): string {
  const forged = signEc(header(a), editClaims(a, r), a.keys.ec);
  const stolen = r.pick(a.stolen).token;
  const bad = r.bool() ? forged : stolen;
  return r.pick([
    `("${bad}")`,
    `("${bad}" "${bad}")`,
    `"${bad}";egress="${otherIp(r)}"`,
    `"${bad}", "${bad}"`,
    `"${bad}", "${bad}", "${bad}"`,
    `"${bad}" "${bad}"`,
    `:${Buffer.from(bad).toString('base64')}:`,
    bad,
    `'${bad}'`,
    `"${bad}`,
    `"${bad}",`,
    `, "${bad}"`,
    `"${bad.slice(0, 20)}\\"${bad.slice(20)}"`,
    `"${bad.slice(0, 20)}\\\\${bad.slice(20)}"`,
    `"${bad.slice(0, 20)}\u0000${bad.slice(20)}"`,
    `"${bad}"\t;q=1`,
    `ip="${otherIp(r)}"`,
    `"${otherIp(r)}"`,
    `?1, "${bad}"`,
    '',
    '""',
    '"", ""',
    `"${bad}";${'a;'.repeat(200)}b`,
  ]);
}

function editClaims(a: Arsenal, r: Random): Json {
  const genuine = claimsOf(r.pick(r.bool() ? a.own : a.stolen).token);
  const now = Number(genuine.iat);
  const mine = claimsOf(r.pick(a.own).token);
  return r.pick<() => Json>([
    () => ({ ...genuine, ip: otherIp(r) }),
    () => ({ ...genuine, ip: otherIp(r), cnf: mine.cnf }),
    () => ({ ...genuine, cnf: mine.cnf, iat: mine.iat, exp: mine.exp }),
    () => ({ ...genuine, exp: now + 300 + r.below(1e9) }),
    () => ({ ...genuine, iat: now + r.below(1e6), exp: now + r.below(1e6) }),
    () => ({ ...mine, jti: r.bytes(8).toString('hex') }),
    () => ({ ...mine, ip: [otherIp(r)] }),
    () => ({
      ...mine,
      ip: r.pick(['0.0.0.0', '::', '::ffff:20.190.128.9', '020.190.128.9', '20.190.128.9/0', '']),
    }),
    () => ({ ...mine, extra: otherIp(r) }),
  ])();
}

function editHeader(a: Arsenal, r: Random): Json {
  return r.pick<Json>([
    { ...header(a), ...r.pick(keyHeaders(a)) },
    { ...header(a), kid: r.pick(oddKids(a)) },
    { ...header(a), typ: r.pick(['JWT', 'at+jwt', '', null]) },
    { ...header(a), extra: true },
    { typ: header(a).typ, alg: header(a).alg },
    { kid: header(a).kid, alg: header(a).alg, typ: header(a).typ },
  ]);
}

function keyHeaders({ keys }: Arsenal): Json[] {
  const jwk = { ...keys.ecPublic, kid: 'w1', alg: 'ES256' };
  return [
    { jwk },
    { jwk, kid: undefined },
    { jku: 'https://attacker.test/keys' },
    { x5u: 'https://attacker.test/chain.pem' },
    { x5c: [createPublicKey(keys.ec).export({ format: 'der', type: 'spki' }).toString('base64')] },
    { 'x5t#S256': 'A'.repeat(43) },
    { keys: [jwk] },
  ];
}

function oddKids(a: Arsenal): unknown[] {
  const kid = String(header(a).kid);
  const paths = ['../../../dev/null', '/dev/null', "' OR 1=1 --", '__proto__', 'constructor', 'toString'];
  return [
    ...paths,
    '',
    kid.toUpperCase(),
    `${kid} `,
    `${kid}\u0000`,
    [kid],
    { kid },
    0,
    null,
    true,
    'k'.repeat(900),
  ];
}

/** What an attacker who knows the pinned public key might try as the secret of an HMAC. */
function publicSecrets({ jwks }: Arsenal): (string | Buffer)[] {
  const [jwk] = jwks.keys;
  const key = createPublicKey({ key: jwk!, format: 'jwk' });
  return [
    key.export({ format: 'pem', type: 'spki' }),
    key.export({ format: 'pem', type: 'spki' }).toString().trim(),
    key.export({ format: 'der', type: 'spki' }),
    JSON.stringify(jwk),
    Buffer.from(jwk?.x ?? '', 'base64url'),
    jwk?.x ?? '',
    jwk?.kid ?? '',
    '\u0000',
  ];
}

function signOther(a: Arsenal, r: Random, claims: Json): string {
  const [alg, hash, key] = r.pick([
    ['EdDSA', null, a.keys.ed],
    ['RS256', 'sha256', a.keys.rsa],
  ] as const);
  const text = `${encode({ ...header(a), alg })}.${encode(claims)}`;
  return `${text}.${signBytes(hash, Buffer.from(text), key).toString('base64url')}`;
}

function signEc(head: Json, claims: Json, key: KeyObject): string {
  return signEcText(head, JSON.stringify(claims), key);
}

function signEcText(head: Json, claims: string, key: KeyObject): string {
  const text = `${encode(head)}.${encodeText(claims)}`;
  const options: SignKeyObjectInput = { key, dsaEncoding: 'ieee-p1363' };
  return `${text}.${signBytes('sha256', Buffer.from(text), options).toString('base64url')}`;
}

function header(a: Arsenal): Json {
  return { alg: 'ES256', typ: 'egress+jwt', kid: a.jwks.keys[0]?.kid };
}

function claimsOf(token: string): Json {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json;
}

function ownToken(a: Arsenal, r: Random): string {
  return r.pick(a.own).token;
}

/** Global, and no address of any genuine statement. */
function otherIp(r: Random): string {
  return r.bool()
    ? `13.107.${r.below(256)}.${r.below(256)}`
    : `2603:1006:${r.below(65_536).toString(16)}::${(r.below(65_535) + 1).toString(16)}`;
}
