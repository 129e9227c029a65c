// OpenTelemetry log records, read by a schema made from the specification.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { otlpAttributes, otlpLogRecord, otlpLogsRequest } from '../../../../edge/core/otlp-logs.ts';
import { otlpRecord, otlpRequest } from '../../../support/otlp-schema.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';

test('a record has times in ns as text, numbers as text, and its trace as hex', () => {
  const record = otlpLogRecord({
    at: '2026-06-01T12:00:00.123Z',
    severity: 'WARN',
    eventName: 'opengsa.traffic',
    text: 'refused',
    attributes: { port: 443, flags: ['a', 'b'], strict: true, none: null, empty: [] },
    trace: { traceId, parentId, sampled: true },
  });
  expect(otlpRecord.parse(record)).toEqual({
    timeUnixNano: '1780315200123000000',
    observedTimeUnixNano: '1780315200123000000',
    severityNumber: 13,
    severityText: 'WARN',
    eventName: 'opengsa.traffic',
    body: { stringValue: 'refused' },
    attributes: [
      { key: 'port', value: { intValue: '443' } },
      { key: 'flags', value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } } },
      { key: 'strict', value: { boolValue: true } },
    ],
    ...{ traceId, spanId: parentId, flags: 1 },
  });
});

test('a record without a trace has no identifiers', () => {
  const fields = { at: '2026-06-01T12:00:00.000Z', severity: 'INFO', eventName: 'e', text: '' } as const;
  const record = otlpLogRecord({ ...fields, attributes: {}, trace: null });
  expect(Object.keys(record)).not.toContain('traceId');
  expect(otlpRecord.safeParse(record).success).toBe(true);
});

test('whatever text a device chose, a request holds all of its records, and values are bounded', () => {
  const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 2000 }), fc.integer(), fc.boolean());
  const anyText = fc.string({ unit: 'binary', maxLength: 2000 });
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, value), { minLength: 1, maxLength: 4 }), (given) => {
      const records = given.map(([text, attribute]) =>
        otlpLogRecord({
          ...{ at: '2026-06-01T12:00:00.000Z', severity: 'INFO', eventName: 'opengsa.traffic', text },
          attributes: { attribute },
          trace: null,
        }),
      );
      const text = otlpLogsRequest(
        { 'service.name': 'opengsa-edge' },
        { name: 'opengsa-edge', version: '0.1.0' },
        records.map((record) => JSON.stringify(record)),
      );
      const { resourceLogs } = otlpRequest.parse(JSON.parse(text));
      expect(resourceLogs[0]?.scopeLogs[0]?.logRecords).toEqual(records);
      for (const record of records) expect(JSON.stringify(record).length).toBeLessThan(15_000);
    }),
    { numRuns: 40, seed: 4318 },
  );
});

test('what is absent is left out of a list of attributes', () => {
  expect(otlpAttributes({ a: undefined, b: null, c: 'x' })).toEqual([
    { key: 'c', value: { stringValue: 'x' } },
  ]);
});
