// What no attacker may bring about: a statement that is believed although the witness did not make it for this device
// and this time. OPENGSA_FORGERIES says how many are tried; the suite "forgery" tries a million.
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, type JSONWebKeySet, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { parseAddress } from '../../../../protocol/address.ts';
import { createAttestationVerifier, type VerifyAttestation } from '../../../../edge/identity/attestation.ts';
import { signEgressToken } from '../../../../edge/identity/witness-token.ts';
import {
  type Arsenal,
  createAttackerKeys,
  forge,
  forgeryKinds,
  type Genuine,
} from '../../../support/forged-statements.ts';
import { createRandom } from '../../../support/random.ts';
import { respell } from '../../../support/token-text.ts';

const count = Number(process.env.OPENGSA_FORGERIES ?? 4000);
const seed = Number(process.env.OPENGSA_SEED ?? 20_261_127);
/** Checked side by side: signatures are verified on threads of their own. */
const batch = 64;

const issuer = 'https://edge.contoso.test';
const nowMs = Date.UTC(2026, 0, 1);
const device = 'D'.repeat(43);
const context = { thumbprint: device, sourceRanges: [], nowMs };

let arsenal: Arsenal;
let verify: VerifyAttestation;

beforeAll(async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwks: JSONWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'w1', alg: 'ES256' }] };
  verify = createAttestationVerifier({ jwks, issuer });
  const elsewhere = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  arsenal = {
    jwks,
    keys: createAttackerKeys(),
    own: await Promise.all(
      Array.from({ length: 8 }, (_, i) => [`20.190.128.${i + 1}`, `2603:1006:2000::${i + 1}`])
        .flat()
        .map((ip) => witnessed(privateKey, { ip, thumbprint: device })),
    ),
    stolen: await Promise.all([
      witnessed(privateKey, { ip: '20.190.129.1', thumbprint: 'E'.repeat(43) }),
      witnessed(privateKey, { ip: '20.190.129.2', thumbprint: device, atMs: nowMs - 400_000 }),
      witnessed(privateKey, { ip: '20.190.129.3', thumbprint: device, atMs: nowMs + 120_000 }),
      witnessed(elsewhere, { ip: '20.190.129.4', thumbprint: device }),
      witnessed(privateKey, { ip: '20.190.129.5', thumbprint: device, by: 'https://edge.fabrikam.test' }),
    ]),
    misused: await misused(privateKey),
  };
});

test(
  `none of ${count} forged or mutated statements is believed`,
  async () => {
    const random = createRandom(seed);
    const faults = new Map<string, number>();
    const distinct = new Set<number>();
    let forged = 0;
    let controls = 0;
    for (let index = 0; index < count; index += batch) {
      const forgeries = Array.from({ length: Math.min(batch, count - index) }, (_, i) =>
        forge(arsenal, random, index + i),
      );
      const verdicts = await Promise.all(forgeries.map(({ field }) => verify(field, context)));
      verdicts.forEach((verdict, i) => {
        const { kind, field } = forgeries[i]!;
        for (const fault of verdict.faults) faults.set(fault, (faults.get(fault) ?? 0) + 1);
        for (const address of [verdict.attested.ipv4, verdict.attested.ipv6]) {
          // A mutation may leave the witness's own text: then it must say what the witness said.
          if (address === null) continue;
          const said = genuineIn(field).map(({ ip }) => ip);
          expect(said, `number ${index + i} of seed ${seed}, ${kind}: ${field}`).toContain(address.text);
        }
        if (verdict.attested.ipv4 !== null || verdict.attested.ipv6 !== null) return;
        forged += 1;
        distinct.add(createHash('sha1').update(field).digest().readUIntBE(0, 6));
      });
      controls += await believed(arsenal.own[(index / batch) % arsenal.own.length]!);
    }
    const list = [...faults].sort(([, a], [, b]) => b - a).map(([fault, times]) => `${fault} ${times}`);
    process.stdout.write(
      `${forged} forgeries refused (${distinct.size} distinct), 0 believed; ${count - forged} were the witness's own text in another spelling; ` +
        `${controls} genuine ones believed in between; ${list.join(', ')}\n`,
    );
    expect(controls).toBe(Math.ceil(count / batch));
    // Forgeries that all fail at the first check would prove little.
    expect([...faults.keys()].sort()).toEqual(everyFault);
    expect(faults.get('bad-signature') ?? 0).toBeGreaterThan(count / 5);
    expect(count - forged).toBeLessThan(count / 100);
  },
  60_000 + count * 10,
);

test('every kind of forgery is tried', () => {
  expect(forgeryKinds().length).toBeGreaterThan(25);
  expect(count).toBeGreaterThan(10 * forgeryKinds().length);
});

test("the witness's own words in another spelling say the same, or nothing", async () => {
  const random = createRandom(seed);
  let accepted = 0;
  for (let i = 0; i < 500; i += 1) {
    const genuine = random.pick(arsenal.own);
    const { attested } = await verify(`"${respell(genuine.token, random)}"`, context);
    const [address] = [attested.ipv4, attested.ipv6].filter((one) => one !== null);
    if (address === undefined) continue;
    accepted += 1;
    expect(address.text).toBe(genuine.ip);
  }
  // Some are accepted, or the test would say nothing about them; none outlives its statement.
  expect(accepted).toBeGreaterThan(0);
  const late = { ...context, nowMs: nowMs + 361_000 };
  const stranger = { ...context, thumbprint: 'E'.repeat(43) };
  for (let i = 0; i < 100; i += 1) {
    const field = `"${respell(random.pick(arsenal.own).token, random)}"`;
    for (const other of [late, stranger]) {
      expect((await verify(field, other)).attested).toEqual({ ipv4: null, ipv6: null });
    }
  }
});

const everyFault = [
  'address-not-allowed',
  'bad-algorithm',
  'bad-claims',
  'bad-signature',
  'expired',
  'life-too-long',
  'malformed',
  'not-yet-valid',
  'other-audience',
  'other-device',
  'other-issuer',
  'too-long',
  'too-many',
  'unknown-key',
  'wrong-type',
];

/** The device's own statements whose signed text stands in the field. */
function genuineIn(field: string): Genuine[] {
  return arsenal.own.filter(({ token }) => field.includes(token.slice(0, token.lastIndexOf('.') + 1)));
}

async function believed({ token, ip }: Genuine): Promise<number> {
  const { attested, faults } = await verify(`"${token}"`, context);
  expect(faults).toEqual([]);
  expect((attested.ipv4 ?? attested.ipv6)?.text).toBe(ip);
  return 1;
}

async function witnessed(
  privateKey: KeyObject,
  {
    ip,
    thumbprint,
    atMs = nowMs,
    by = issuer,
  }: { ip: string; thumbprint: string; atMs?: number; by?: string },
): Promise<Genuine> {
  const statement = { issuer: by, address: parseAddress(ip)!, thumbprint, tokenId: 'one', nowMs: atMs };
  return { ip, thumbprint, token: await signEgressToken({ kid: 'w1', privateKey }, statement) };
}

/** As if the witness's key had been put to other uses. */
function misused(key: KeyObject): Promise<string[]> {
  const now = nowMs / 1000;
  const claims = {
    iss: issuer,
    aud: 'egress',
    iat: now,
    exp: now + 300,
    jti: 'one',
    ip: '20.190.129.9',
    cnf: { 'x5t#S256': device },
  };
  const uses: [claims: object, header: object][] = [
    [{ exp: now + 301 }, {}],
    [{ iat: now - 86_400, exp: now + 300 }, {}],
    [{ iat: now + 100, exp: now + 300 }, {}],
    [{ nbf: now + 100 }, {}],
    [{ aud: 'session' }, {}],
    [{ aud: ['egress', 'session'] }, {}],
    [{ iss: 'https://edge.fabrikam.test' }, {}],
    [{ ip: '192.168.1.20' }, {}],
    [{ ip: '::ffff:20.190.129.9' }, {}],
    [{ ip: '64:ff9b::14be:8109' }, {}],
    [{ cnf: { jkt: device } }, {}],
    [{ cnf: undefined }, {}],
    [{ jti: 7 }, {}],
    [{}, { typ: 'JWT' }],
    [{}, { typ: undefined }],
    [{}, { kid: undefined }],
  ];
  return Promise.all(
    uses.map(([changed, header]) =>
      new SignJWT({ ...claims, ...changed })
        .setProtectedHeader({ alg: 'ES256', typ: 'egress+jwt', kid: 'w1', ...header })
        .sign(key),
    ),
  );
}
