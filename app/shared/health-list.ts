// The health report as a person reads it: what fails first, then what is fine by group.
import {
  healthChecks,
  type HealthCheckId,
  type HealthGroup,
  healthGroups,
} from '../../protocol/health-checks.ts';
import type { HealthCheck, HealthReport } from '../../protocol/health-report.ts';
import type { CsvCell } from './csv.ts';

export type HealthList = {
  /** Failed, then warnings, then those that gave no answer; in each the order in which they depend on each other. */
  readonly troubled: readonly HealthCheck[];
  /** Passed and skipped, by group; groups without any are left out. */
  readonly fine: readonly { readonly group: HealthGroup; readonly checks: readonly HealthCheck[] }[];
  readonly counts: Readonly<Record<HealthCheck['state'], number>> & { readonly all: number };
};

export function healthList({ checks }: Pick<HealthReport, 'checks'>): HealthList {
  const of = (state: HealthCheck['state']): readonly HealthCheck[] =>
    checks.filter((check) => check.state === state);
  const fine = checks.filter(({ state }) => state === 'ok' || state === 'not-applicable');
  return {
    troubled: [...of('failed'), ...of('warning'), ...of('unknown')],
    fine: healthGroups
      .map((group) => ({ group, checks: fine.filter(({ id }) => isIn(group, id)) }))
      .filter((one) => one.checks.length > 0),
    counts: {
      all: checks.length,
      failed: of('failed').length,
      warning: of('warning').length,
      unknown: of('unknown').length,
      ok: of('ok').length,
      'not-applicable': of('not-applicable').length,
    },
  };
}

/** The report after some of its checks were run again: the newer results stand in the places of the older. */
export function withNewer(report: HealthReport, newer: HealthReport): HealthReport {
  const byId = new Map(newer.checks.map((check) => [check.id, check]));
  return { checkedAt: newer.checkedAt, checks: report.checks.map((check) => byId.get(check.id) ?? check) };
}

/** In the order of `healthCsvRows`; the same in every language, because programs read it. */
export const healthCsvHeader = ['check', 'state', 'title', 'measured', 'why', 'remedy', 'ms'];

export function healthCsvRows({ checks }: Pick<HealthReport, 'checks'>): readonly (readonly CsvCell[])[] {
  return checks.map(({ id, state, title, measured, why, remedy, durationMs }) => [
    ...[id, state, title, measured, why, remedy, durationMs],
  ]);
}

/** Checks of which the tab source address shows more. */
export function concernsAddress(id: HealthCheckId): boolean {
  return /^(address|witness)-|^(edge-view|named-locations|microsoft-profile)$/.test(id);
}

function isIn(group: HealthGroup, id: HealthCheckId): boolean {
  return (healthChecks[group] as readonly HealthCheckId[]).includes(id);
}
