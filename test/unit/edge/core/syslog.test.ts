// Syslog messages, read back by a parser made from the grammar of RFC 5424.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatSyslog,
  octetCounted,
  smallestSyslogLimit,
  syslogFacilities,
  type SyslogFacility,
  type SyslogMessage,
  syslogSeverities,
  type SyslogSeverity,
} from '../../../../edge/core/syslog.ts';
import { parseSyslog } from '../../../support/syslog-parser.ts';

const example: SyslogMessage = {
  facility: 'local0',
  severity: 'informational',
  timestamp: '2026-06-01T12:00:00.123Z',
  hostName: 'edge.contoso.test',
  program: 'opengsa-edge',
  processId: '4711',
  messageId: 'TRAFFIC',
  elements: [{ id: 'flow@32473', params: [['device', 'laptop']] }],
  text: 'laptop to login.contoso.test:443: ended',
};

test('a message is written as RFC 5424 says', () => {
  expect(formatSyslog(example, 2048)).toBe(
    '<134>1 2026-06-01T12:00:00.123Z edge.contoso.test opengsa-edge 4711 TRAFFIC ' +
      '[flow@32473 device="laptop"] \uFEFFlaptop to login.contoso.test:443: ended',
  );
});

test('what has no elements has the NILVALUE, and what has no text ends there', () => {
  expect(formatSyslog({ ...example, elements: [], hostName: ' ', text: '' }, 2048)).toBe(
    '<134>1 2026-06-01T12:00:00.123Z - opengsa-edge 4711 TRAFFIC -',
  );
});

test.each([
  ['a quote', 'a"b', 'a\\"b'],
  ['a backslash', 'a\\b', 'a\\\\b'],
  ['a bracket', 'a]b', 'a\\]b'],
  ['a line end, which could pass for another message', 'a\n<134>1 b', 'a\uFFFD<134>1 b'],
  ['an override of the direction of text', 'a\u202Eb', 'a\uFFFDb'],
  ['half a character', 'a\uD800b', 'a\uFFFDb'],
])('%s in a value does no harm', (_what, value, written) => {
  const text = formatSyslog({ ...example, elements: [{ id: 'x', params: [['v', value]] }] }, 2048);
  expect(text).toContain(`[x v="${written}"]`);
});

test('a long value is cut at a whole character, and short ones stay', () => {
  const elements = [
    {
      id: 'flow@32473',
      params: [
        ['destination', '\u20ac'.repeat(5000)],
        ['peerAddress', '2001:db8:1111:2222:3333:4444:5555:6666'],
      ] as const,
    },
  ];
  const parsed = parseSyslog(formatSyslog({ ...example, elements }, 1024));
  const params = new Map(parsed.elements[0]?.params);
  expect(params.get('peerAddress')).toBe('2001:db8:1111:2222:3333:4444:5555:6666');
  expect(params.get('destination')).toMatch(/^\u20ac{20,}$/);
});

test('a frame begins with the length in octets, not in characters', () => {
  expect(octetCounted('\u20ac1')).toBe('4 \u20ac1');
});

describe('for every message', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,15}$/);
  const anyText = fc.string({ unit: 'binary', maxLength: 600 });
  const message = fc.record<SyslogMessage>({
    facility: fc.constantFrom(...(Object.keys(syslogFacilities) as SyslogFacility[])),
    severity: fc.constantFrom(...(Object.keys(syslogSeverities) as SyslogSeverity[])),
    timestamp: fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    hostName: anyText,
    program: anyText,
    processId: anyText,
    messageId: anyText,
    elements: fc.array(
      fc.record({ id: name, params: fc.array(fc.tuple(name, anyText), { maxLength: 40 }) }),
      { maxLength: 3 },
    ),
    text: anyText,
  });
  const limit = fc.integer({ min: smallestSyslogLimit, max: 8192 });

  test('the parser takes it, it is no longer than allowed, and what is left of a value is its beginning', () => {
    fc.assert(
      fc.property(message, limit, (given, most) => {
        const text = formatSyslog(given, most);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
        expect(text).not.toMatch(/[\n\r\0]/);
        const parsed = parseSyslog(text);
        expect(parsed.priority).toBe(syslogFacilities[given.facility] * 8 + syslogSeverities[given.severity]);
        expect(parsed.timestamp).toBe(given.timestamp);
        expect(parsed.elements.map(({ id }) => id)).toEqual(given.elements.map(({ id }) => id));
        parsed.elements.forEach(({ params }, i) =>
          params.forEach(([param, value], j) => {
            const [wantedName, wanted] = given.elements[i]!.params[j]!;
            expect(param).toBe(wantedName);
            expect(printable(wanted).startsWith(value)).toBe(true);
          }),
        );
        expect(printable(given.text).startsWith(parsed.text)).toBe(true);
      }),
      { numRuns: 200, seed: 5424 },
    );
  });
});

function printable(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
