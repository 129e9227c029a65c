// No sequence of what devices may send makes the edge state an address at which neither it nor its witness has seen that
// very device within the life of a statement. The real witness, decision and framing, without sockets.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { exportJWK } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { type Family, parseAddress } from '../../../../protocol/address.ts';
import { tunnelFields } from '../../../../protocol/tunnel.ts';
import { compileEdgePolicy } from '../../../../edge/core/edge-policy.ts';
import { frame } from '../../../../edge/core/restoration.ts';
import { createAttestationVerifier, type VerifyAttestation } from '../../../../edge/identity/attestation.ts';
import { createDecider, newFlowFacts } from '../../../../edge/server/flow-decision.ts';
import type { ConnectRequest } from '../../../../edge/server/request.ts';
import { witnessQuestion } from '../../../../edge/server/witness.ts';

const issuer = 'https://edge.contoso.test';
const devices = ['A'.repeat(43), 'B'.repeat(43)] as const;
/** Global ones, and three that no destination may be told. */
const pool = {
  ipv4: ['20.190.128.1', '20.190.128.2', '20.190.128.3', '192.168.1.20', '100.64.0.7'],
  ipv6: ['2603:1006:2000:1::7', '2603:1006:2000:1::8', '2603:1006:2000:2::7', 'fe80::1'],
} as const;
/** A statement's life and the tolerated difference of clocks. */
const longestMs = 360_000;

type Device = 0 | 1;
type Action =
  | { readonly do: 'roam'; readonly device: Device; readonly family: Family; readonly to: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'ask the witness'; readonly device: Device; readonly family: Family }
  | {
      readonly do: 'connect';
      readonly device: Device;
      readonly over: Family;
      readonly to: string;
      /** Which statements that exist, of whomever, and what is done to them. */
      readonly tokens: readonly { readonly which: number; readonly spoil: Spoil }[];
      readonly claim: string;
    };
type Spoil = 'nothing' | 'another ip' | 'own cnf' | 'parts mixed' | 'own key' | 'respelt';

const device = fc.constantFrom<Device>(0, 1);
const family = fc.constantFrom<Family>('ipv4', 'ipv6');
const someAddress = fc.constantFrom(...pool.ipv4, ...pool.ipv6);
const spoil = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Spoil>('nothing') },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Spoil>('another ip', 'own cnf', 'parts mixed', 'own key', 'respelt'),
  },
);
const weighted = (weight: number, arbitrary: fc.Arbitrary<Action>) => ({ weight, arbitrary });
const action: fc.Arbitrary<Action> = fc.oneof(
  weighted(2, fc.record({ do: fc.constant('roam' as const), device, family, to: fc.nat(9) })),
  weighted(1, fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 59, 200, 361) })),
  weighted(3, fc.record({ do: fc.constant('ask the witness' as const), device, family })),
  weighted(
    4,
    fc.record({
      do: fc.constant('connect' as const),
      device,
      over: family,
      to: fc.constantFrom('any.contoso.test', 'v4.contoso.test', 'v6.contoso.test'),
      tokens: fc.array(fc.record({ which: fc.nat(3), spoil }), { maxLength: 2, size: 'max' }),
      claim: someAddress,
    }),
  ),
);

let witnessKey: { readonly kid: string; readonly privateKey: KeyObject };
let attacker: KeyObject;
let verifyAttestation: VerifyAttestation;

beforeAll(async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  witnessKey = { kid: 'w1', privateKey };
  attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'w1', alg: 'ES256' }] };
  verifyAttestation = createAttestationVerifier({ jwks, issuer });
});

test('only addresses at which the device was seen are stated', async () => {
  const stated = { observed: 0, attested: 0, nothing: 0, refused: 0 };
  await fc.assert(
    everySequence(verifyAttestation, (kind) => (stated[kind] += 1)),
    { numRuns: 150, seed: 20_261_127 },
  );
  // Each way is taken, or the property would say nothing about it.
  expect(Math.min(...Object.values(stated)), JSON.stringify(stated)).toBeGreaterThan(10);
});

test('an edge that believed what it reads would be found out', async () => {
  const gullible: VerifyAttestation = (field) => {
    const claimed = /"[^.]+\.([^.]+)\./.exec(field ?? '')?.[1] ?? '';
    const ip = /"ip":"([^"]+)"/.exec(Buffer.from(claimed, 'base64url').toString())?.[1] ?? '';
    const address = parseAddress(ip);
    const none = { ipv4: null, ipv6: null };
    return Promise.resolve({
      attested: address === null ? none : { ...none, [address.family]: address },
      faults: [],
    });
  };
  const found = await fc.check(everySequence(gullible), {
    numRuns: 500,
    seed: 20_261_127,
    endOnFailure: true,
  });
  expect(found.failed).toBe(true);
});

function everySequence(verify: VerifyAttestation, onFlow: (kind: Told['kind']) => void = () => undefined) {
  const sequence = fc.array(action, { minLength: 20, maxLength: 60, size: 'max' });
  return fc.asyncProperty(sequence, fc.boolean(), async (actions, strict) => {
    const world = createWorld(strict, verify);
    for (const one of actions) {
      const told = await world.act(one);
      if (told === null) continue;
      onFlow(told.kind);
      if (told.address !== null) expect(world.sightings(told.device)).toContain(told.address);
    }
  });
}

/** What a destination learnt of a flow. */
type Told = {
  readonly kind: 'observed' | 'attested' | 'nothing' | 'refused';
  readonly device: Device;
  readonly address: string | null;
};

function createWorld(strict: boolean, verifyAttestation: VerifyAttestation) {
  let nowMs = Date.UTC(2026, 0, 1);
  const places = devices.map((): Record<Family, string> => ({ ipv4: pool.ipv4[0], ipv6: pool.ipv6[0] }));
  const seen: { readonly device: Device; readonly address: string; readonly atMs: number }[] = [];
  const tokens: string[] = [];
  const upstream = { address: '192.0.2.10', port: 8443 };
  const route = (match: string, prefers?: Family) => ({
    match,
    class: 'proxy-v2' as const,
    upstream,
    family: prefers,
  });
  const policy = compileEdgePolicy(
    {
      classes: [
        route('any.contoso.test'),
        route('v4.contoso.test', 'ipv4'),
        route('v6.contoso.test', 'ipv6'),
      ],
      ports: [443],
      sourceRanges: [],
      strict,
      microsoft: null,
      egress: { ipv4: null, ipv6: null },
    },
    [],
  );
  const decider = createDecider({
    policy: () => policy,
    findDevice: () => ({ kind: 'active', name: 'laptop' }),
    isSameDevice: () => false,
    verifyAttestation,
    resolve: () => Promise.reject(new Error('every class has its upstream')),
    ownAddresses: () => [],
    listeners: () => [],
    nowMs: () => nowMs,
    people: null,
    onFaults: () => undefined,
  });
  const callerAt = (which: Device, over: Family) => {
    const address = parseAddress(places[which]![over])!;
    seen.push({ device: which, address: address.text, atMs: nowMs });
    return { thumbprint: devices[which], peer: { address, port: 51_515 }, connectionId: String(which) };
  };

  const askWitness = async (which: Device, over: Family): Promise<void> => {
    const request = {
      ...callerAt(which, over),
      method: 'GET',
      target: '/',
      body: null,
      signal: new AbortController().signal,
    };
    const options = { key: witnessKey, issuer, sourceRanges: () => [], nowMs: () => nowMs };
    const { status, body } = await witnessQuestion(options).answer(request, '');
    if (status === 200) tokens.unshift(body);
  };

  const connect = async (one: Action & { do: 'connect' }): Promise<Told> => {
    const { device: which, over, to, tokens: chosen, claim } = one;
    const caller = callerAt(which, over);
    const sent = chosen.map(({ which: at, spoil: how }) => spoilt(tokens, at, how, which));
    const fields: Record<string, string> = {
      [tunnelFields.attestation]: sent.map((token) => `"${token}"`).join(', '),
      'egress-claim': `"${claim}";src=stun`,
      'x-forwarded-for': claim,
      forwarded: `for="${claim}"`,
    };
    const request: ConnectRequest = {
      ...caller,
      protocol: 'h2',
      authority: `${to}:443`,
      field: (name) =>
        sent.length === 0 && name === tunnelFields.attestation ? null : (fields[name] ?? null),
      accept: () => {
        throw new Error('nothing is relayed here');
      },
      refuse: () => undefined,
      signal: new AbortController().signal,
    };
    const facts = newFlowFacts(request, 'enabled', nowMs);
    const decision = await decider.decide(request, facts, request.signal);
    if (decision.kind === 'deny') return { kind: 'refused', device: which, address: null };
    const [endpoint] = decision.endpoints;
    const { stated } = frame({
      class: decision.class,
      signaling: 'enabled',
      source: decision.source.source,
      assurance: decision.source.assurance,
      peer: caller.peer,
      upstream: endpoint!,
      authority: to,
      device: devices[which],
      traceparent: null,
      fields: decision.proxyFields,
    });
    if (stated === null) return { kind: 'nothing', device: which, address: null };
    const kind = decision.source.assurance === 'attested' ? 'attested' : 'observed';
    return { kind, device: which, address: stated.text };
  };

  return {
    /** What a destination was told, or null for what tells nobody anything. */
    act: async (one: Action): Promise<Told | null> => {
      switch (one.do) {
        case 'roam':
          places[one.device]![one.family] = pool[one.family][one.to % pool[one.family].length]!;
          return null;
        case 'wait':
          nowMs += one.seconds * 1000;
          return null;
        case 'ask the witness':
          await askWitness(one.device, one.family);
          return null;
        case 'connect':
          return connect(one);
      }
    },
    /** Where the device was seen within the life of a statement. */
    sightings: (which: Device): string[] =>
      seen
        .filter((one) => one.device === which && nowMs - one.atMs <= longestMs)
        .map(({ address }) => address),
  };
}

/** What a device makes of the statements that it has got hold of. */
function spoilt(tokens: readonly string[], at: number, how: Spoil, by: Device): string {
  const token = tokens[at % Math.max(1, tokens.length)] ?? 'none';
  const other = tokens[(at + 1) % Math.max(1, tokens.length)] ?? 'none';
  const [header = '', claims = '', signature = ''] = token.split('.');
  const [, otherClaims = '', otherSignature = ''] = other.split('.');
  const decoded: object =
    token === 'none' ? {} : (JSON.parse(Buffer.from(claims, 'base64url').toString()) as object);
  const encoded = (changes: object) =>
    Buffer.from(JSON.stringify({ ...decoded, ...changes })).toString('base64url');
  switch (how) {
    case 'nothing':
      return token;
    case 'another ip':
      return `${header}.${encoded({ ip: '13.107.6.152' })}.${signature}`;
    case 'own cnf':
      return `${header}.${encoded({ cnf: { 'x5t#S256': devices[by] } })}.${signature}`;
    case 'parts mixed':
      return `${header}.${otherClaims}.${at % 2 === 0 ? signature : otherSignature}`;
    case 'own key': {
      const text = `${header}.${encoded({ ip: '13.107.6.152', cnf: { 'x5t#S256': devices[by] } })}`;
      const made = sign('sha256', Buffer.from(text), { key: attacker, dsaEncoding: 'ieee-p1363' });
      return `${text}.${made.toString('base64url')}`;
    }
    case 'respelt':
      return `${token}==`;
  }
}
