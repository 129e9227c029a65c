// The query options of one request, as a checked value: what a collection does not offer is refused, never ignored.
import { OpenGsaError } from '../../../protocol/error.ts';
import { parseExpand } from './expand.ts';
import type { Fields } from './fields.ts';
import { type Filter, parseFilter } from './filter.ts';

export const queryOptions = [
  '$filter',
  '$select',
  '$orderby',
  '$top',
  '$skip',
  '$skiptoken',
  '$count',
  '$expand',
] as const;
export type QueryOption = (typeof queryOptions)[number];

/** What a resource offers. */
export type QueryRules = {
  readonly options: readonly QueryOption[];
  /** For `$filter`, and for `$orderby` where `sortable` is absent. */
  readonly fields: Fields;
  /** For `$orderby`, one at a time, where other orders would cost too much. */
  readonly sortable?: readonly string[];
  /** For `$select`; top-level names. */
  readonly properties: readonly string[];
  /** For `$expand`: `policies`, `policies/policy`. */
  readonly expands?: readonly string[];
  /** The page's size where nobody asks for less. */
  readonly pageSize: number;
  readonly largestPage: number;
};

export type SortKey = { readonly field: string; readonly descending: boolean };

export type Query = {
  readonly filter: Filter | null;
  readonly select: readonly string[] | null;
  readonly orderby: readonly SortKey[];
  /** How many at most; the page's size where the caller does not say. */
  readonly top: number;
  readonly skip: number;
  /** As the resource made it for its last page. */
  readonly skiptoken: string | null;
  readonly count: boolean;
  readonly expand: ReadonlySet<string>;
};

const mostSkipped = 10_000_000;
const longestOption = 4096;

/** @throws OpenGsaError `bad-message` that begins with the option at fault */
export function parseQuery(given: Readonly<Record<string, unknown>>, rules: QueryRules): Query {
  const texts = textsOf(given, rules.options);
  const number = (option: '$top' | '$skip', least: number, most: number, otherwise: number): number =>
    texts[option] === undefined ? otherwise : parseCount(option, texts[option], least, most);
  return {
    filter: texts.$filter === undefined ? null : parseFilter(texts.$filter, rules.fields),
    select: texts.$select === undefined ? null : parseSelect(texts.$select, rules.properties),
    orderby: texts.$orderby === undefined ? [] : parseOrder(texts.$orderby, rules),
    top: number('$top', 1, rules.largestPage, rules.pageSize),
    skip: number('$skip', 0, mostSkipped, 0),
    skiptoken: texts.$skiptoken ?? null,
    count: texts.$count === undefined ? false : parseBoolean(texts.$count),
    expand: texts.$expand === undefined ? new Set<string>() : parseExpand(texts.$expand, rules.expands ?? []),
  };
}

/** The dollar may be left out, as in Graph. */
function textsOf(
  given: Readonly<Record<string, unknown>>,
  offered: readonly QueryOption[],
): Partial<Record<QueryOption, string>> {
  const texts: Partial<Record<QueryOption, string>> = {};
  for (const [key, value] of Object.entries(given)) {
    const name = key.startsWith('$') ? key : `$${key}`;
    const option = queryOptions.find((one) => one === name.toLowerCase());
    if (option === undefined || !offered.includes(option)) {
      const known = offered.length === 0 ? 'there are none' : `there are ${offered.join(', ')}`;
      throw fault(key.slice(0, 40), `is no query option here; ${known}`);
    }
    if (typeof value !== 'string' || texts[option] !== undefined) throw fault(option, 'is given twice');
    if (value.length > longestOption) throw fault(option, `is longer than ${longestOption} characters`);
    texts[option] = value;
  }
  return texts;
}

function parseCount(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw fault(option, `must be a whole number from ${least} to ${most}`);
}

function parseBoolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw fault('$count', 'must be true or false');
  return text === 'true';
}

function parseSelect(text: string, properties: readonly string[]): readonly string[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    if (properties.includes(name)) return name;
    throw fault('$select', `there is no property ${name.slice(0, 40)}; there are ${properties.join(', ')}`);
  });
}

function parseOrder(text: string, { fields, sortable }: QueryRules): readonly SortKey[] {
  const allowed = sortable ?? Object.keys(fields).sort();
  const keys = text.split(',').map((part) => {
    const [field = '', direction = 'asc', ...rest] = part.trim().split(/[ \t]+/);
    if (!allowed.includes(field)) {
      const known = allowed.join(', ');
      throw fault('$orderby', `there is no order by ${field.slice(0, 40)}; there are ${known}`);
    }
    if ((direction !== 'asc' && direction !== 'desc') || rest.length > 0) {
      throw fault('$orderby', `${field} may be followed by asc or desc`);
    }
    return { field, descending: direction === 'desc' };
  });
  const most = sortable === undefined ? 5 : 1;
  if (keys.length > most) throw fault('$orderby', `takes at most ${most} properties`);
  return keys;
}

function fault(option: string, message: string): OpenGsaError {
  return new OpenGsaError('bad-message', `${option}: ${message}`);
}
