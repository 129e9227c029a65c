// Which indexes lead to the rows that a `$filter` finds: few places to look in, of which the rest is sorted out.
import type { Filter } from './filter.ts';

/** Every row that the filter finds has one of them. */
export type Seek = { readonly field: string; readonly value: string };

/** What an index costs: about how many rows have the value, in lower case; null where it does not lead to it. */
export type SeekCosts = Readonly<Record<string, (value: string) => number | null>>;

/** More places than that are no shorter way. */
export const mostSeeks = 32;

/** @returns null where no index leads to all rows */
export function seeksOf(filter: Filter, costs: SeekCosts): readonly Seek[] | null {
  return planOf(filter, costs)?.seeks ?? null;
}

type Plan = { readonly seeks: readonly Seek[]; readonly cost: number };

const nowhere: Plan = { seeks: [], cost: 0 };

function planOf(filter: Filter, costs: SeekCosts): Plan | null {
  switch (filter.kind) {
    case 'and': {
      const [left, right] = [planOf(filter.left, costs), planOf(filter.right, costs)];
      if (left === null || right === null) return left ?? right;
      return left.cost <= right.cost ? left : right;
    }
    case 'or': {
      const [left, right] = [planOf(filter.left, costs), planOf(filter.right, costs)];
      return left === null || right === null ? null : bounded(left, right);
    }
    case 'compare':
      return filter.operator === 'eq' ? placesOf(filter.field, [filter.value], costs) : null;
    case 'in':
      return placesOf(filter.field, filter.values, costs);
    case 'not':
    case 'text':
      return null;
  }
}

function placesOf(field: string, values: readonly unknown[], costs: SeekCosts): Plan | null {
  const cost = Object.hasOwn(costs, field) ? costs[field] : undefined;
  if (cost === undefined) return null;
  const texts = values.filter((value) => typeof value === 'string').map((value) => value.toLowerCase());
  // Indexes do not lead to what is absent.
  if (texts.length < values.length) return null;
  return [...new Set(texts)].reduce<Plan | null>((sum, value) => {
    const of = cost(value);
    return sum === null || of === null ? null : bounded(sum, { seeks: [{ field, value }], cost: of });
  }, nowhere);
}

function bounded(left: Plan, right: Plan): Plan | null {
  const seeks = [...left.seeks, ...right.seeks];
  return seeks.length > mostSeeks ? null : { seeks, cost: left.cost + right.cost };
}
