// Between which moments everything lies that a `$filter` finds.
import type { Filter } from './filter.ts';

/** In ms since the epoch, both included; infinite where the filter names none. */
export type Bounds = { readonly from: number; readonly to: number };

const unbounded: Bounds = { from: -Infinity, to: Infinity };

/** @param field a date */
export function boundsOf(filter: Filter, field: string): Bounds {
  switch (filter.kind) {
    case 'and': {
      const [left, right] = [boundsOf(filter.left, field), boundsOf(filter.right, field)];
      return { from: Math.max(left.from, right.from), to: Math.min(left.to, right.to) };
    }
    case 'or': {
      const [left, right] = [boundsOf(filter.left, field), boundsOf(filter.right, field)];
      return { from: Math.min(left.from, right.from), to: Math.max(left.to, right.to) };
    }
    case 'compare':
      if (filter.field !== field || typeof filter.value !== 'string') return unbounded;
      return boundsOfComparison(filter.operator, Date.parse(filter.value));
    default:
      return unbounded;
  }
}

type Operator = Extract<Filter, { readonly kind: 'compare' }>['operator'];

function boundsOfComparison(operator: Operator, moment: number): Bounds {
  switch (operator) {
    case 'eq':
      return { from: moment, to: moment };
    case 'gt':
    case 'ge':
      return { from: moment, to: Infinity };
    case 'lt':
    case 'le':
      return { from: -Infinity, to: moment };
    case 'ne':
      return unbounded;
  }
}
