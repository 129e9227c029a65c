// Aligned columns for people. No colours and no frames, so that it reads the same in a log.
import { printable } from '../../protocol/printable.ts';

export type Column = { readonly title: string; readonly align?: 'left' | 'right' };

/** Lines of a table with its header; nothing trails a line. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  return aligned([columns.map(({ title }) => title.toUpperCase()), ...rows], columns);
}

/** `label  value` lines with the values under each other. */
export function facts(pairs: readonly (readonly [string, string])[], indent = ''): readonly string[] {
  return aligned(pairs, []).map((line) => indent + line);
}

function aligned(given: readonly (readonly string[])[], columns: readonly Column[]): readonly string[] {
  // Names of programs and hosts are anybody's to choose; the width is that of what is shown.
  const rows = given.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const width = widths[i] ?? 0;
        return columns[i]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** `0 B`, `1.2 kB`, `312 MB`: at most three digits, powers of 1000. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** `1 rule`, `64 rules`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `09:12:44` in the person's time zone. */
export function clockTime(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB');
}

/** `21 November` in the person's time zone. */
export function dayOf(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'long' });
}
