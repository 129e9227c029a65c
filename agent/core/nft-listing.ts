// Reads `nft -j list ruleset` for rules of others that capture cannot live with (libnftables-json(5)).
import { z } from 'zod';

export type ForeignRules = {
  /** `table chain` of each rule that keeps connections from being tracked, without which nothing is redirected. */
  readonly notrack: readonly string[];
  /** `table chain` of each rule that sends DNS somewhere of its own. */
  readonly port53: readonly string[];
  readonly ownTable: boolean;
  readonly guardTable: boolean;
};

const rule = z.looseObject({
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  expr: z.array(z.unknown()).default([]),
});
const listing = z.object({
  nftables: z.array(
    z.looseObject({ rule: rule.optional(), table: z.looseObject({ name: z.string() }).optional() }),
  ),
});

const ownTable = 'opengsa';
const guardTable = 'opengsa_guard';
const redirections = ['redirect', 'dnat', 'tproxy'];

/** @returns null where `text` is no such listing */
export function readNftListing(text: string): ForeignRules | null {
  const read = listing.safeParse(jsonOrNull(text));
  if (!read.success) return null;
  const entries = read.data.nftables;
  const foreign = entries.flatMap((entry) =>
    entry.rule === undefined || [ownTable, guardTable].includes(entry.rule.table) ? [] : [entry.rule],
  );
  const places = (found: readonly z.infer<typeof rule>[]): readonly string[] => [
    ...new Set(found.map(({ family, table, chain }) => `${family} ${table} ${chain}`)),
  ];
  const tables = new Set(entries.flatMap((entry) => entry.table?.name ?? []));
  return {
    notrack: places(foreign.filter(({ expr }) => hasStatement(expr, ['notrack']))),
    port53: places(foreign.filter(({ expr }) => hasStatement(expr, redirections) && asksForPort53(expr))),
    ownTable: tables.has(ownTable),
    guardTable: tables.has(guardTable),
  };
}

function hasStatement(expr: readonly unknown[], names: readonly string[]): boolean {
  return expr.some((part) => isObject(part) && names.some((name) => Object.hasOwn(part, name)));
}

const portMatch = z.looseObject({
  match: z.looseObject({
    left: z.looseObject({ payload: z.looseObject({ field: z.literal('dport') }) }),
    op: z.string().default('=='),
    right: z.unknown(),
  }),
});

function asksForPort53(expr: readonly unknown[]): boolean {
  return expr.some((part) => {
    const read = portMatch.safeParse(part);
    if (!read.success) return false;
    const { op, right } = read.data.match;
    return (op === '!=') !== holds53(right);
  });
}

function holds53(right: unknown): boolean {
  if (right === 53) return true;
  if (!isObject(right)) return false;
  if (Array.isArray(right.set)) return right.set.some(holds53);
  const range: unknown = right.range;
  if (!Array.isArray(range)) return false;
  const [first, last] = range as unknown[];
  return typeof first === 'number' && typeof last === 'number' && first <= 53 && 53 <= last;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
