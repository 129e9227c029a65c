import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactParts } from '../../../../agent/core/redaction.ts';
import { logBundle, logBundlePartNames } from '../../../../protocol/log-bundle.ts';
import {
  exampleCollected,
  exampleFlow,
  exampleKnowledge,
  exampleParts,
  personal,
  secrets,
} from '../../../support/example-bundle.ts';

const redacted = () => redactParts(exampleCollected(), true, logBundlePartNames);
const asText = (value: unknown): string => JSON.stringify(value);
/** As they would stand in JSON. */
const secretTexts = Object.values(secrets).flatMap((secret) => asText(secret).slice(1, -1).split('\\n'));
const keyBody = secretTexts.filter((text) => !text.startsWith('-----'));

describe('a redacted bundle', () => {
  test('names no person, device, address or place of hers', () => {
    const text = asText(redacted().parts).toLowerCase();
    expect(personal.filter((canary) => text.includes(canary.toLowerCase()))).toEqual([]);
    expect(keyBody.filter((secret) => text.includes(secret.toLowerCase()))).toEqual([]);
  });

  test('is read by the schema, and tells the same value by the same name', () => {
    const { parts, summary } = redacted();
    const bundle = logBundle.parse({
      ...{ version: 1, createdAt: '2026-11-23T08:00:00.000Z', redacted: true, leftOut: [] },
      ...{ product: { version: '1', node: 'v24', platform: 'linux' }, ...summary, ...parts },
    });
    const address = bundle.status?.egress.ipv4.address ?? '';
    expect(address).toMatch(/^address-\d+$/);
    expect(bundle.status?.sentence).toBe(
      `Connected. Your address ${address} is what login.contoso.test will see.`,
    );
    expect(bundle.flows?.[0]?.egressObserved).toBe(address);
    expect(bundle.hiddenAddresses).toContainEqual({ name: address, family: 'ipv4', range: 'documentation' });
    expect(bundle.machine?.addresses[0]).toMatch(/^eth0 address-\d+\/24$/);
  });

  test('keeps what helps: rules, edges, ranges of the organisation, reasons, settings', () => {
    const { parts } = redacted();
    expect(parts.flows?.map(({ destination }) => destination)).toEqual([
      'login.contoso.test:443',
      expect.stringMatching(/^host-\d+:443$/),
      expect.stringMatching(/^host-\d+:80$/),
      expect.stringMatching(/^address-\d+:443$/),
    ]);
    expect(parts.flows?.[1]).toMatchObject({
      edge: 'edge.contoso.test',
      detail: 'edge.contoso.test: dns-error',
    });
    expect(parts.flows?.[0]?.process?.executable).toMatch(/^\/home\/user-\d+\/path-\d+$/);
    expect(parts.configuration?.credentials).toMatch(/^\/home\/user-\d+\/\.config\/opengsa\/device$/);
    expect(parts.locations?.locations[0]?.location).toMatchObject({ ranges: ['203.0.113.0/24'] });
    expect(parts.log?.[5]?.fields).toEqual({
      token: '<removed>',
      reason: 'see management.group in agent.yaml',
    });
  });

  test('is counted part by part', () => {
    const { tally, summary } = redacted();
    expect(tally.get('log')?.removedSecrets).toBeGreaterThanOrEqual(7);
    expect(tally.get('locations')).toEqual({ hidden: [], removedSecrets: 0 });
    const kinds = summary.hidden.map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual(['address', 'device', 'host', 'mac', 'path', 'user']);
  });

  test('holds the wanted parts only, redacted by what the others say', () => {
    const { parts } = redactParts(exampleCollected(), true, ['log']);
    expect(Object.keys(parts)).toEqual(['log']);
    expect(asText(parts)).not.toContain('intranet');
  });

  test('says why a part is missing without naming anybody, and counts what it hid there', () => {
    const reason = `EACCES: permission denied, open '/home/dora/notes/x.json', as ${secrets.management}`;
    const { leftOut, summary } = redactParts(
      {
        ...exampleCollected({}),
        leftOut: [
          { part: 'locations', reason },
          { part: 'flows', reason: 'late' },
        ],
      },
      true,
      ['locations'],
    );
    expect(leftOut).toEqual([
      {
        part: 'locations',
        reason: "EACCES: permission denied, open '/home/user-1/path-1', as <removed>",
      },
    ]);
    expect(summary.hidden.map(({ kind }) => kind).toSorted()).toEqual(['path', 'user']);
    expect(summary.removedSecrets).toBe(1);
  });

  test('names no host that looks like a file or like a setting', () => {
    const asked = ['ledger.service', 'wiki.key', 'org.gnome.example', 'plan.2nd'];
    const flows = asked.map((host, id) => exampleFlow({ id, destination: `${host}:443` }));
    const message = `tls: ${asked.join(' and ')} failed`;
    const log = [{ time: '2026-11-23T08:00:00.000Z', level: 'info' as const, message, fields: {} }];
    const text = asText(redactParts(exampleCollected({ flows, log }), true, ['flows', 'log']).parts);
    expect(asked.filter((host) => text.includes(host))).toEqual([]);
  });

  test('knows a machine by the first label of its name too', () => {
    const machine = { ...exampleParts().machine, hostname: 'pc-of-dora.corp.example' };
    const message = 'pc-of-dora: no route';
    const log = [{ time: '2026-11-23T08:00:00.000Z', level: 'info' as const, message, fields: {} }];
    const found = { machine, log } as ReturnType<typeof exampleParts>;
    expect(redactParts(exampleCollected(found), true, ['log']).parts.log?.[0]?.message).toBe(
      'device-1: no route',
    );
  });

  test('a device that is called like a word of ours leaves that word alone', () => {
    const { status, flows } = exampleParts();
    const device = { ...status?.device, name: 'tunnel', thumbprint: 'x', certificateExpiresAt: '' };
    const parts = { status: { ...status, device } as typeof status, flows } as ReturnType<
      typeof exampleParts
    >;
    const made = redactParts(exampleCollected(parts), true, ['flows']);
    expect(made.parts.flows?.[0]?.action).toBe('tunnel');
  });
});

test('without redaction people are named, and secrets are gone all the same', () => {
  const { parts, summary } = redactParts(exampleCollected(), false, logBundlePartNames);
  const text = asText(parts);
  expect(text).toContain('203.0.113.7');
  expect(text).toContain('Dora Example');
  expect(keyBody.filter((secret) => text.includes(secret))).toEqual([]);
  expect(summary.hidden).toEqual([]);
  expect(summary.removedSecrets).toBeGreaterThan(7);
});

test('of two secrets that begin alike none leaves its end', () => {
  const knowledge = { ...exampleKnowledge(), secrets: ['swordfish', 'swordfish-and-more'] };
  const log = [
    {
      time: '2026-11-23T08:00:00.000Z',
      level: 'info' as const,
      message: 'is swordfish-and-more',
      fields: {},
    },
  ];
  const { parts } = redactParts({ ...exampleCollected({ log }), knowledge }, false, ['log']);
  expect(parts.log?.[0]?.message).toBe('is <removed>');
});

describe('whatever stands around it (property)', () => {
  const filler = fc.constantFrom(' ', ', ', ' (', '" ', ': ', '=', '\n', ' → ', ' an error at ', '; ');
  const octet = fc.integer({ min: 0, max: 255 });
  const publicAddress = fc
    .tuple(fc.integer({ min: 11, max: 99 }), octet, octet, octet)
    .map((bytes) => bytes.join('.'));
  const ipv6 = fc
    .array(fc.integer({ min: 0x1000, max: 0xffff }), { minLength: 7, maxLength: 7 })
    .map((groups) => ['2a01', ...groups.map((group) => group.toString(16))].join(':'));
  const label = fc.stringMatching(/^[a-z][a-z0-9]{4,9}$/);
  const host = fc
    .tuple(label, label, fc.constantFrom('com', 'org', 'de', 'co.uk'))
    .map((all) => all.join('.'));
  const path = fc.tuple(label, label).map(([user, rest]) => `/home/${user}/${rest}`);
  const canary = fc.oneof(publicAddress, ipv6, host, path);

  test('an address, a name or a home is never told', () => {
    fc.assert(
      fc.property(filler, canary, filler, canary, filler, (a, first, b, second, c) => {
        const message = `x${a}${first}${b}${second}${c}y`;
        const log = [{ time: '2026-11-23T08:00:00.000Z', level: 'info' as const, message, fields: {} }];
        const flows = [exampleFlow({ detail: message })];
        const { parts } = redactParts(exampleCollected({ log, flows }), true, ['log', 'flows']);
        const text = asText(parts);
        return !text.includes(first) && !text.includes(second);
      }),
      { seed: 20_261_127, numRuns: 150 },
    );
  });

  test('any text at all is taken', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (message) => {
        const log = [{ time: '2026-11-23T08:00:00.000Z', level: 'info' as const, message, fields: {} }];
        const once = redactParts(exampleCollected({ log }), true, ['log']);
        return typeof once.parts.log?.[0]?.message === 'string';
      }),
      { seed: 20_261_127, numRuns: 150 },
    );
  });
});
