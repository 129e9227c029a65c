// A `$filter` as a condition of SQL, as far as a table has columns for its fields. Every value is a parameter.
import { assertNever } from '../../../protocol/error.ts';
import type { Comparison, Filter, Literal, TextFunction } from './filter.ts';

/** The expression that holds a field, its text in lower case; or a date in ms since the epoch. */
export type Column = string | { readonly ms: string };
export type Columns = Readonly<Record<string, Column>>;

export type Condition = {
  /** 1 or 0 for every row, never NULL. */
  readonly text: string;
  readonly values: readonly (string | number | null)[];
  /** False: rows that the filter does not find may fulfil it as well. */
  readonly exact: boolean;
};

/**
 * Fulfilled by every row that `matches` of the array evaluator finds. Text beyond Unicode's basic plane is ordered as in
 * UTF-8.
 *
 * @returns null where the columns say nothing about the filter
 */
export function conditionOf(filter: Filter, columns: Columns): Condition | null {
  switch (filter.kind) {
    case 'and':
      return both(conditionOf(filter.left, columns), conditionOf(filter.right, columns));
    case 'or':
      return either(conditionOf(filter.left, columns), conditionOf(filter.right, columns));
    case 'not': {
      const of = conditionOf(filter.of, columns);
      // What is more than the filter finds is less where it is turned round.
      return of?.exact === true ? { ...of, text: `(NOT ${of.text})` } : null;
    }
    default: {
      const column = Object.hasOwn(columns, filter.field) ? columns[filter.field] : undefined;
      if (column === undefined) return null;
      return typeof column === 'string'
        ? { ...leaf(filter, column, parameter), exact: true }
        : { ...leaf(filter, column.ms, milliseconds), exact: true };
    }
  }
}

type Leaf = Extract<Filter, { readonly field: string }>;
type Sql = Omit<Condition, 'exact'>;

function both(left: Condition | null, right: Condition | null): Condition | null {
  if (left !== null && right !== null) return joined(left, 'AND', right);
  const known = left ?? right;
  return known === null ? null : { ...known, exact: false };
}

function either(left: Condition | null, right: Condition | null): Condition | null {
  return left === null || right === null ? null : joined(left, 'OR', right);
}

function joined(left: Condition, word: 'AND' | 'OR', right: Condition): Condition {
  return {
    text: `(${left.text} ${word} ${right.text})`,
    values: [...left.values, ...right.values],
    exact: left.exact && right.exact,
  };
}

function leaf(filter: Leaf, column: string, parameterOf: typeof parameter): Sql {
  switch (filter.kind) {
    case 'compare':
      return comparison(column, filter.operator, parameterOf(filter.value));
    case 'in':
      return {
        text: `(${filter.values.map(() => `${column} IS ?`).join(' OR ')})`,
        values: filter.values.map(parameterOf),
      };
    case 'text':
      return textCondition(column, filter.function, filter.value.toLowerCase());
    default:
      return assertNever(filter);
  }
}

const operators: Readonly<Record<Comparison, string>> = {
  ...{ eq: 'IS', ne: 'IS NOT', gt: '>', ge: '>=', lt: '<', le: '<=' },
};

function comparison(column: string, operator: Comparison, value: Parameter): Sql {
  const values = [value];
  const text = `${column} ${operators[operator]} ?`;
  // A comparison with what is absent is NULL in SQL and false in OData.
  return { text: operator === 'eq' || operator === 'ne' ? `(${text})` : `ifnull(${text}, 0)`, values };
}

function textCondition(column: string, name: TextFunction, part: string): Sql {
  // Of every text, and of nothing else.
  if (part === '') return { text: `(${column} IS NOT NULL)`, values: [] };
  // As SQLite counts characters.
  const { length } = Array.from(part);
  switch (name) {
    case 'startswith':
      return { text: `ifnull(substr(${column}, 1, ?) = ?, 0)`, values: [length, part] };
    case 'endswith':
      return { text: `ifnull(substr(${column}, ?) = ?, 0)`, values: [-length, part] };
    case 'contains':
      return { text: `ifnull(instr(${column}, ?) > 0, 0)`, values: [part] };
  }
}

type Parameter = Sql['values'][number];

function milliseconds(value: Literal): Parameter {
  return typeof value === 'string' ? Date.parse(value) : parameter(value);
}

function parameter(value: Literal): Parameter {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? value.toLowerCase() : value;
}
