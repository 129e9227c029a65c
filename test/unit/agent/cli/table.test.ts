import { describe, expect, test } from 'vitest';
import { bytes, facts, table } from '../../../../agent/cli/table.ts';

describe('tables', () => {
  test('columns are aligned and nothing trails a line', () => {
    expect(
      table(
        [{ title: 'Name' }, { title: 'Out', align: 'right' }, { title: 'Why' }],
        [
          ['a', '1 B', ''],
          ['longer', '12 kB', 'rule'],
        ],
      ),
    ).toEqual(['NAME      OUT  WHY', 'a         1 B', 'longer  12 kB  rule']);
  });

  test('facts stand under each other', () => {
    expect(
      facts(
        [
          ['One', 'a'],
          ['Eleven', 'b'],
        ],
        '  ',
      ),
    ).toEqual(['  One     a', '  Eleven  b']);
  });

  test('what a cell holds steers no terminal and begins no line', () => {
    expect(facts([['Opened by', '\u001b[2Jx\n']])).toEqual([String.raw`Opened by  \u001b[2Jx\u000a`]);
    expect(table([{ title: 'Host' }, { title: 'Why' }], [['\u202ea', 'rule']])).toEqual([
      'HOST     WHY',
      String.raw`\u202ea  rule`,
    ]);
  });

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [312_000_000, '312 MB'],
    [999_999, '1.0 MB'],
  ])('%d bytes are %s', (count, text) => {
    expect(bytes(count)).toBe(text);
  });
});
