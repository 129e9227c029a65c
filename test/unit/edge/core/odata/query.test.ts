// The query options of a request: read, bounded, and refused where the resource does not offer them.
import { describe, expect, test } from 'vitest';
import { parseQuery, type QueryRules } from '../../../../../edge/core/odata/query.ts';

const rules: QueryRules = {
  options: ['$filter', '$select', '$orderby', '$top', '$skip', '$count', '$expand'],
  fields: { name: 'string', priority: 'number' },
  properties: ['id', 'name', 'priority'],
  expands: ['policies', 'policies/policy'],
  pageSize: 100,
  largestPage: 999,
};

test('nothing asked is the first page of everything', () => {
  expect(parseQuery({}, rules)).toEqual({
    ...{ filter: null, select: null, orderby: [], top: 100, skip: 0, skiptoken: null, count: false },
    expand: new Set(),
  });
});

test('all of it at once; the dollar may be left out', () => {
  const query = parseQuery(
    {
      $filter: "name eq 'a'",
      select: 'id, name',
      $orderBy: 'priority desc,name',
      $top: '5',
      $skip: '10',
      $count: 'true',
      $expand: 'policies($expand=policy)',
    },
    rules,
  );
  expect(query).toMatchObject({
    select: ['id', 'name'],
    orderby: [
      { field: 'priority', descending: true },
      { field: 'name', descending: false },
    ],
    ...{ top: 5, skip: 10, count: true },
    expand: new Set(['policies', 'policies/policy']),
  });
});

describe('refused', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ $search: 'x' }, '$search: is no query option here; there are $filter'],
    [{ $skiptoken: 'x' }, '$skiptoken: is no query option here'],
    [{ nonsense: '1' }, 'nonsense: is no query option here'],
    [{ $top: ['1', '2'] }, '$top: is given twice'],
    [{ $top: '1', top: '1' }, '$top: is given twice'],
    [{ $top: '0' }, '$top: must be a whole number from 1 to 999'],
    [{ $top: '1000' }, '$top: must be a whole number'],
    [{ $top: '1e2' }, '$top: must be a whole number'],
    [{ $skip: '-1' }, '$skip: must be a whole number from 0'],
    [{ $count: 'yes' }, '$count: must be true or false'],
    [{ $select: 'secret' }, '$select: there is no property secret'],
    [{ $orderby: 'name up' }, '$orderby: name may be followed by asc or desc'],
    [{ $orderby: 'x' }, '$orderby: there is no order by x'],
    [{ $filter: 'x'.repeat(5000) }, '$filter: is longer than 4096 characters'],
  ])('%j', (given, message) => {
    expect(() => parseQuery(given, rules)).toThrow(message);
  });
});
