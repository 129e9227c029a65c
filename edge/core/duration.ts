// Durations as people write them: a whole number and a unit, such as 24h.

/** The duration in ms, or null where `text` is none: seconds, minutes, hours or days, as in `90s`, `15m`, `24h`, `7d`. */
export function parseDuration(text: string): number | null {
  const [, count = '', unit = ''] = /^([1-9]\d{0,8})([smhd])$/.exec(text) ?? [];
  const unitMs = units.get(unit);
  return unitMs === undefined ? null : Number(count) * unitMs;
}

export const durationRule = 'must be a number and a unit: s, m, h or d, such as 24h';

const units: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
