// A query of OData on records in memory.
import { assertNever } from '../../../protocol/error.ts';
import { valueAt } from './fields.ts';
import type { Comparison, Filter, Literal, TextFunction } from './filter.ts';
import type { SortKey } from './query.ts';

/**
 * As Graph compares: text without regard to case, times as moments. A value that is absent is null; null is equal to
 * null, and neither below nor above anything.
 */
export function matches(record: unknown, filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(record, filter.left) && matches(record, filter.right);
    case 'or':
      return matches(record, filter.left) || matches(record, filter.right);
    case 'not':
      return !matches(record, filter.of);
    case 'compare':
      return compares(literalAt(record, filter.field), filter.operator, filter.value);
    case 'in': {
      const value = literalAt(record, filter.field);
      return filter.values.some((one) => compares(value, 'eq', one));
    }
    case 'text': {
      const value = literalAt(record, filter.field);
      return typeof value === 'string' && holds(filter.function, folded(value), folded(filter.value));
    }
    default:
      return assertNever(filter);
  }
}

/** The order of records by these keys; null comes first, as OData says (part 1, section 11.2.6.2). */
export function ordering(keys: readonly SortKey[]): (a: unknown, b: unknown) => number {
  return (a, b) => {
    for (const { field, descending } of keys) {
      const order = orderOf(literalAt(a, field), literalAt(b, field));
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
}

/** The record with the chosen top-level properties; `id` and annotations stay. */
export function selected(record: object, select: readonly string[] | null): object {
  if (select === null) return record;
  const wanted = new Set(['id', ...select]);
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => name.startsWith('@') || wanted.has(name)),
  );
}

function literalAt(record: unknown, field: string): Literal {
  const value = valueAt(record, field);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function compares(value: Literal, operator: Comparison, wanted: Literal): boolean {
  if (operator === 'eq') return orderOf(value, wanted) === 0;
  if (operator === 'ne') return orderOf(value, wanted) !== 0;
  if (value === null || wanted === null) return false;
  const order = orderOf(value, wanted);
  switch (operator) {
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
    default:
      return assertNever(operator);
  }
}

function orderOf(a: Literal, b: Literal): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  const [x, y] = typeof a === 'string' && typeof b === 'string' ? [folded(a), folded(b)] : [a, b];
  return x < y ? -1 : x > y ? 1 : 0;
}

function holds(name: TextFunction, value: string, part: string): boolean {
  switch (name) {
    case 'startswith':
      return value.startsWith(part);
    case 'endswith':
      return value.endsWith(part);
    case 'contains':
      return value.includes(part);
  }
}

function folded(text: string): string {
  return text.toLowerCase();
}
