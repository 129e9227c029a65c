// A health report in words: what fails first with its cure, then by group what was found.
import { healthChecks, type HealthGroup, healthGroups } from '../../protocol/health-checks.ts';
import type { HealthCheck, HealthReport } from '../../protocol/health-report.ts';
import { counted, facts } from './table.ts';

export type HealthTextOptions = {
  /** Show what does not matter here too. */
  readonly all: boolean;
};

const groupTitles: Readonly<Record<HealthGroup, string>> = {
  device: 'This device',
  network: 'The network',
  edge: 'The edge',
  capture: 'The proxy',
  browsers: 'Names and browsers',
  transparent: 'Capture without a proxy',
};

const words: Readonly<Record<HealthCheck['state'], string>> = {
  ok: 'ok',
  failed: 'FAILED',
  warning: 'warning',
  unknown: 'unknown',
  'not-applicable': '-',
};

/** What a person can act on stands first, the worst of it at the top. */
const urgency = ['failed', 'warning', 'unknown'] as const;

/** Lines for a terminal. */
export function healthText({ checks }: HealthReport, { all }: HealthTextOptions): readonly string[] {
  const troubles = urgency.flatMap((state) =>
    checks.filter((check) => check.state === state && check.remedy !== null),
  );
  const left = all ? checks : checks.filter(({ state }) => state !== 'not-applicable');
  const hidden = checks.length - left.length;
  return [
    summary(checks),
    ...troubles.flatMap((check) => ['', ...trouble(check)]),
    ...healthGroups.flatMap((group) => section(group, left, all)),
    ...(hidden === 0
      ? []
      : ['', `${counted(hidden, 'check does', 'checks do')} not matter here; --all shows them.`]),
  ];
}

function summary(checks: readonly HealthCheck[]): string {
  const count = (state: HealthCheck['state']): number =>
    checks.filter((check) => check.state === state).length;
  const [bad, warned, open] = [count('failed'), count('warning'), count('unknown')];
  const rest = [
    ...(warned === 0 ? [] : [counted(warned, 'warning', 'warnings')]),
    ...(open === 0 ? [] : [`${open} unknown`]),
    `${count('ok')} ok`,
  ].join(', ');
  return bad === 0 ? `Nothing fails: ${rest}.` : `${counted(bad, 'check fails', 'checks fail')}: ${rest}.`;
}

function trouble({ state, title, id, measured, why, remedy }: HealthCheck): readonly string[] {
  return [
    `${words[state]}  ${title} (${id})`,
    ...facts(
      [['found', measured], ['matters', why], ...(remedy === null ? [] : [['remedy', remedy] as const])],
      '  ',
    ),
  ];
}

/** What a person can act on stands above; a line here says that it belongs to the group. */
function section(group: HealthGroup, checks: readonly HealthCheck[], all: boolean): readonly string[] {
  const members: readonly string[] = healthChecks[group];
  const own = checks.filter(({ id }) => members.includes(id));
  if (own.length === 0) return [];
  const rows = all ? own.map((check) => row(check, `${check.title} (${check.id})`)) : folded(own);
  return ['', groupTitles[group], ...aligned(rows)];
}

type Row = readonly [state: string, title: string, found: string];

function row({ state, measured, remedy }: HealthCheck, title: string): Row {
  return [words[state], title, remedy === null ? measured : 'see above'];
}

/** Several that are unknown for one reason are one line. */
function folded(checks: readonly HealthCheck[]): readonly Row[] {
  const reasonOf = ({ state, remedy, measured }: HealthCheck): string | null =>
    state === 'unknown' && remedy === null ? measured : null;
  const alike = Map.groupBy(checks, reasonOf);
  return checks.flatMap((check): readonly Row[] => {
    const reason = reasonOf(check);
    const same = reason === null ? [] : (alike.get(reason) ?? []);
    if (same.length < 2) return [row(check, check.title)];
    return same[0] === check
      ? [[words.unknown, counted(same.length, 'check', 'checks'), check.measured]]
      : [];
  });
}

function aligned(rows: readonly Row[]): readonly string[] {
  const widest = (cell: 0 | 1): number => Math.max(...rows.map((cells) => cells[cell].length));
  const [state, title] = [widest(0), widest(1)];
  return rows.map((cells) => `  ${cells[0].padEnd(state)}  ${cells[1].padEnd(title)}  ${cells[2]}`);
}
