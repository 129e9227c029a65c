// How long something holds, as a person writes it: 12h, 90d.
import { InvalidArgumentError } from 'commander';

const unitMs = { h: 3_600_000, d: 86_400_000 } as const;

/**
 * @param mostMs beyond it the text is refused
 * @returns milliseconds
 * @throws InvalidArgumentError, which commander turns into wrong usage
 */
export function parseDuration(text: string, mostMs: number): number {
  const [, count, unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  const ms = unit === 'h' || unit === 'd' ? Number(count) * unitMs[unit] : Number.NaN;
  if (ms <= mostMs) return ms;
  throw new InvalidArgumentError(`must be hours or days such as 12h or 90d, at most ${mostMs / unitMs.d}d.`);
}
