// The hardening grid that the laboratory tries out is the one that people read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cellsOf, expectationOf, gridStates, gridTable } from '../../support/hardening-grid.ts';

const documentation = readFileSync(join(import.meta.dirname, '../../../docs/security.md'), 'utf8');

test('docs/security.md has the grid, word for word', () => {
  expect(tableOf(section('What happens when the tunnel is down'))).toEqual(gridTable());
});

test('each state has a case for every hardening, family and front', () => {
  for (const state of gridStates) {
    const names = cellsOf(state).map(({ hardening, family, front }) => `${hardening} ${family} ${front}`);
    expect(new Set(names).size).toBe(12);
  }
});

test('what is hardened by block never goes direct but on the word of the person', () => {
  const direct = gridStates
    .flatMap(cellsOf)
    .filter((cell) => cell.hardening === 'block' && expectationOf(cell).outcome === 'direct');
  expect(new Set(direct.map(({ state }) => state))).toEqual(new Set(['disabled']));
});

function section(title: string): string {
  const after = documentation.split(`\n## ${title}\n`)[1];
  if (after === undefined) throw new Error(`docs/security.md has no section "${title}"`);
  return after.split('\n## ')[0]!;
}

/** The cells of the first table; how their columns are aligned is no matter. */
function tableOf(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter((_, i) => i !== 1);
}
