// Profiles with faults anywhere: each is read, or refused with the path of the fault; nothing else ever happens.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import builtIn from '../../../../assets/profiles/microsoft.json' with { type: 'json' };
import { exportGraph } from '../../../../protocol/graph-export.ts';
import { importProfile } from '../../../../protocol/profiles/profile-format.ts';
import { OpenGsaError } from '../../../../protocol/error.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';
import { parseProfile } from '../../../../protocol/profile.ts';

const names = { name: 'fuzzed', version: '1' };

/** As the published list spells its sets, every field and odd spelling once. */
const endpointList = [
  {
    id: 1,
    serviceArea: 'Exchange',
    serviceAreaDisplayName: 'Exchange Online',
    urls: ['outlook.office.com', '*.outlook.office.com', 'autodiscover.*.onmicrosoft.com'],
    ips: ['40.96.0.0/13', '2603:1006::/40', '13.107.6.152/31'],
    tcpPorts: '143, 587,993',
    udpPorts: '443',
    expressRoute: true,
    category: 'Optimize',
    required: true,
  },
  {
    ...{ id: 11, serviceArea: 'Skype', ips: ['52.112.0.0/14'], udpPorts: '3478,3479-3481' },
    ...{ expressRoute: false, category: 'Allow', required: false, notes: 'media' },
  },
  { id: 56, serviceArea: 'Common', urls: ['login.microsoftonline.com'], tcpPorts: '', category: 'Default' },
];
const builtInProfile = parseProfile(builtIn, 'built-in');

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A change at one place: [picks the way down, what to do there, with what]. */
type Mutation = { way: number[]; how: 'replace' | 'remove' | 'repeat' | 'rename' | 'edit'; value: Json };

const odd = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    -1,
    0,
    0.5,
    1e21,
    '',
    ' ',
    '*',
    '**',
    '.',
    '0',
    '65536',
    '443-80',
    [],
    {},
  ),
  fc.constantFrom<Json>(
    '::',
    '::1/129',
    '0.0.0.0/0',
    '1.2.3.4/33',
    '010.0.0.1',
    '*.*',
    'x'.repeat(300),
    'K.test',
  ),
  fc.constantFrom<Json>(
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
    'ä.test',
    '1-2-3',
    'fqdn',
    'ipRange',
    'url',
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);
const mutation: fc.Arbitrary<Mutation> = fc.record({
  way: fc.array(fc.nat(200), { minLength: 1, maxLength: 9 }),
  how: fc.constantFrom('replace', 'remove', 'repeat', 'rename', 'edit'),
  value: odd,
});

function mutate(root: Json, { way, how, value }: Mutation): Json {
  const [pick = 0, ...rest] = way;
  if (root === null || typeof root !== 'object') return changed(root, how, value, pick);
  const keys = Object.keys(root);
  if (keys.length === 0) return value;
  const at = pick % keys.length;
  const key = keys[at]!;
  if (rest.length > 0) {
    const part = mutate((root as Record<string, Json>)[key]!, { way: rest, how, value });
    return Array.isArray(root) ? root.with(at, part) : { ...root, [key]: part };
  }
  if (Array.isArray(root)) {
    if (how === 'remove') return root.toSpliced(at, 1);
    return how === 'repeat' ? [...root, root[at]!] : root.with(at, value);
  }
  const { [key]: part, ...others } = root;
  if (how === 'remove') return others;
  return how === 'rename' ? { ...others, [`${key}2`]: part! } : { ...root, [key]: value };
}

function changed(leaf: Json, how: Mutation['how'], value: Json, pick: number): Json {
  if (how !== 'edit' || typeof leaf !== 'string') return value;
  const at = pick % (leaf.length + 1);
  return `${leaf.slice(0, at)}${typeof value === 'string' ? value : '-'}${leaf.slice(at + (pick % 2))}`;
}

/** `read`, or `refused` as the house does it; anything else is the fault that it is. */
function outcome(value: unknown): string {
  try {
    // What is read must be of use: it compiles, and it reads again as the same.
    const { profile } = importProfile(value, 'file.json', names);
    compileProfile(profile);
    expect(parseProfile(JSON.parse(JSON.stringify(profile)), 'again')).toEqual(profile);
    return 'read';
  } catch (error) {
    if (!(error instanceof OpenGsaError) || error.code !== 'bad-profile') throw error;
    return /^file\.json: (\(top level\)|[^\s:]+): \S/.test(error.message) ? 'refused' : error.message;
  }
}

const sources = {
  'the built-in profile': builtIn,
  'the endpoint list': endpointList,
  'an answer of Graph': exportGraph(builtInProfile),
} as const;

describe.each(Object.entries(sources))('%s', (_, source) => {
  const json = JSON.parse(JSON.stringify(source)) as Json;

  test('as it is, is read', () => {
    expect(outcome(json)).toBe('read');
  });

  test('with faults at random places is read, or refused with a path', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const result = outcome(mutations.reduce(mutate, json));
        expect(['read', 'refused']).toContain(result);
        seen.add(result);
      }),
      { numRuns: 150 },
    );
    // Both happen, or the mutations would prove nothing.
    expect([...seen].toSorted()).toEqual(['read', 'refused']);
  });
});
