// What a flow says of itself.
import { expect, test } from 'vitest';
import {
  durationOf,
  programName,
  seenAddresses,
  traceId,
} from '../../../../../../app/renderer/diagnostics/traffic/flow-facts.ts';
import { exampleFlow } from '../../../../../support/example-flow.ts';
import { exampleSeenAs } from '../../../../../support/example-seen-as.ts';

const process = { uid: 1000, pid: 7, executable: null, unknown: 'no-privilege' } as const;

test.each([
  [exampleFlow().process, 'firefox'],
  [{ ...process, executable: 'C:\\Apps\\mail.exe', unknown: null }, 'mail.exe'],
  [process, '#7'],
  [null, ''],
])('the program of %j is %j', (fact, name) => {
  expect(programName({ process: fact })).toBe(name);
});

test('what was not sent was not seen, and what is not known is not said', () => {
  const seen = exampleSeenAs();
  expect(seenAddresses({ flow: exampleFlow(), seen })).toEqual(['203.0.113.7']);
  expect(seenAddresses({ flow: exampleFlow({ state: 'refused' }), seen })).toEqual([]);
  expect(seenAddresses({ flow: exampleFlow({ action: 'block' }), seen })).toEqual([]);
  expect(seenAddresses({ flow: exampleFlow(), seen: null })).toEqual([]);
});

test('how long it lasted, and its trace', () => {
  const flow = exampleFlow();
  expect(durationOf(flow, Date.parse(flow.startedAt) + 5)).toBe(5);
  expect(durationOf({ ...flow, endedAt: '2026-11-23T09:41:23.300Z' }, 0)).toBe(1000);
  expect(traceId(flow)).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  expect(traceId({ ...flow, traceparent: null })).toBeNull();
});
