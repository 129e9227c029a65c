import { expect, test } from 'vitest';
import {
  concernsAddress,
  healthCsvHeader,
  healthCsvRows,
  healthList,
  withNewer,
} from '../../../../app/shared/health-list.ts';
import type { HealthCheck } from '../../../../protocol/health-report.ts';

function check(id: HealthCheck['id'], state: HealthCheck['state']): HealthCheck {
  return { id, state, title: id, measured: '', why: '', remedy: null, durationMs: 1 };
}
const report = {
  checkedAt: '2026-11-27T09:41:20.000Z',
  checks: [
    check('agent-running', 'ok'),
    check('ipv6', 'unknown'),
    check('clock', 'warning'),
    check('tunnel', 'failed'),
    check('quic', 'not-applicable'),
  ],
};

test('what fails comes first, then warnings, then what gave no answer', () => {
  const { troubled, fine, counts } = healthList(report);
  expect(troubled.map(({ id }) => id)).toEqual(['tunnel', 'clock', 'ipv6']);
  expect(fine.map(({ group, checks }) => [group, checks.length])).toEqual([
    ['device', 1],
    ['browsers', 1],
  ]);
  expect(counts).toEqual({ all: 5, failed: 1, warning: 1, unknown: 1, ok: 1, 'not-applicable': 1 });
});

test('a check that was run again takes its place, and the others stay', () => {
  const newer = { checkedAt: '2026-11-27T09:42:00.000Z', checks: [check('tunnel', 'ok')] };
  const { checkedAt, checks } = withNewer(report, newer);
  expect([checkedAt, checks.map(({ state }) => state)]).toEqual([
    '2026-11-27T09:42:00.000Z',
    ['ok', 'unknown', 'warning', 'ok', 'not-applicable'],
  ]);
});

test('checks of addresses lead to the tab source address', () => {
  expect([concernsAddress('address-ipv4'), concernsAddress('witness-ipv6'), concernsAddress('pac')]).toEqual([
    true,
    true,
    false,
  ]);
});

test('as CSV there is one line for each check, in the order of its header', () => {
  const rows = healthCsvRows({ checks: [{ ...check('tunnel', 'failed'), remedy: 'restart it' }] });
  expect(rows).toEqual([['tunnel', 'failed', 'tunnel', '', '', 'restart it', 1]]);
  expect(rows[0]).toHaveLength(healthCsvHeader.length);
});
