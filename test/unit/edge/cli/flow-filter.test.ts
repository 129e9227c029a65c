// What an administrator types to find flows, and what it finds.
import { describe, expect, test } from 'vitest';
import {
  addressArgument,
  classArgument,
  type FlowFilter,
  flowLogQuery,
  momentArgument,
} from '../../../../edge/cli/flow-filter.ts';
import { exampleRecord, exampleStart } from '../../../support/example-records.ts';

const flow = exampleRecord(3, { attestationFaults: ['expired'], flags: ['egress-mismatch'] });
const refused = exampleRecord(4, { result: 'refused', reason: 'port-not-allowed' });

const finds: readonly [FlowFilter, boolean, boolean][] = [
  [{}, true, true],
  [{ trace: flow.traceparent ?? '' }, true, false],
  [{ device: flow.device.name ?? '' }, true, false],
  [{ destination: flow.authority.toUpperCase() }, true, false],
  [{ address: flow.peerAddress }, true, false],
  [{ action: 'block' }, false, true],
  [{ action: 'allow' }, true, false],
  [{ class: 'tenant-restriction' }, false, false],
  [{ reason: 'port-not-allowed' }, false, true],
  [{ reason: 'expired' }, true, false],
  [{ reason: 'egress-mismatch' }, true, false],
  [{ since: exampleStart + 5 }, false, true],
  [{ until: exampleStart + 5 }, true, false],
];

test.each(finds)('%j', (filter, ofFlow, ofRefused) => {
  const { containing, matches } = flowLogQuery(filter);
  const found = [flow, refused].map(
    (record) => containing.every((text) => JSON.stringify(record).includes(text)) && matches(record),
  );
  expect(found).toEqual([ofFlow, ofRefused]);
});

describe('a moment', () => {
  const now = Date.UTC(2026, 5, 1, 12);
  test.each([
    ['90s', now - 90_000],
    ['15m', now - 900_000],
    ['2h', now - 7_200_000],
    ['7d', now - 604_800_000],
    ['2026-06-01', Date.UTC(2026, 5, 1)],
    ['2026-06-01T08:00', Date.UTC(2026, 5, 1, 8)],
    ['2026-06-01T08:00:00Z', Date.UTC(2026, 5, 1, 8)],
    ['2026-06-01T08:00:00+02:00', Date.UTC(2026, 5, 1, 6)],
  ])('%s', (text, moment) => expect(momentArgument(text, now)).toBe(moment));

  test.each(['yesterday', '5', '2026-13-01', '', '1e3s', '01.06.2026'])('is not %j', (text) => {
    expect(() => momentArgument(text, now)).toThrow(/must be a time such as/);
  });
});

test('an address is spelt as in the log, and what is none is refused', () => {
  expect(addressArgument('2001:DB8:0::1')).toBe('2001:db8::1');
  expect(() => addressArgument('laptop')).toThrow(/must be an IP address/);
});

test('a class is one of the classes', () => {
  expect(classArgument('anchor')).toBe('anchor');
  expect(() => classArgument('proxy')).toThrow(/one of proxy-v2, forwarded/);
});
