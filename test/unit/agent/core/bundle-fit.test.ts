import { expect, test } from 'vitest';
import { fitBundle } from '../../../../agent/core/bundle-fit.ts';
import type { LogBundle } from '../../../../protocol/log-bundle.ts';
import { exampleFlow } from '../../../support/example-bundle.ts';

const bundle: LogBundle = {
  ...{ version: 1, createdAt: '2026-11-23T08:00:00.000Z', redacted: true, removedSecrets: 0 },
  ...{ product: { version: '1', node: 'v24', platform: 'linux' } },
  ...{ hidden: [], hiddenAddresses: [], leftOut: [] },
  flows: Array.from({ length: 500 }, (_, i) => exampleFlow({ id: 500 - i })),
  log: Array.from({ length: 2_000 }, (_, i) => ({
    ...{ time: '2026-11-23T08:00:00.000Z', level: 'info' as const },
    ...{ message: `line ${i}`, fields: {} },
  })),
};

test('one that fits is left as it is', () => {
  expect(fitBundle(bundle, 1_000_000)).toEqual(bundle);
});

test.each([200_000, 50_000, 2_000])('to fit %s bytes the oldest go, and that is said', (maxBytes) => {
  const { flows = [], log = [], leftOut, ...rest } = fitBundle(bundle, maxBytes);
  expect(JSON.stringify({ ...rest, flows, log }).length).toBeLessThanOrEqual(maxBytes);
  expect(flows).toEqual(bundle.flows?.slice(0, flows.length));
  expect(log).toEqual(bundle.log?.slice(2_000 - log.length));
  expect(leftOut).toContainEqual({
    part: 'flows',
    reason: `${500 - flows.length} of 500 connections did not fit; the newest are here`,
  });
});

test('rules have no age: the first of them stay', () => {
  const ownRules = Array.from({ length: 500 }, (_, i) => `rule ${i}`);
  const machine = { hostname: 'pc', system: 'Linux', addresses: [], routes: null, nameservers: null };
  const rules = { ...bundle, flows: [], log: [], machine: { ...machine, ownRules, faults: [] } };
  const fitted = fitBundle(rules, 3_000);
  const { length } = fitted.machine?.ownRules ?? [];
  expect(fitted.machine?.ownRules).toEqual(ownRules.slice(0, length));
  expect(fitted.leftOut).toEqual([
    {
      part: 'machine',
      reason: `${500 - length} of 500 lines of the kernel's rules did not fit; the first are here`,
    },
  ]);
});
