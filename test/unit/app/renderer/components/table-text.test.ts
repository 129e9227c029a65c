// Rows of a table as text, for files and for the clipboard.
import { expect, test } from 'vitest';
import { rowAsText, rowsAsCsv } from '../../../../../app/renderer/components/table-text.ts';
import type { TableColumn } from '../../../../../app/renderer/components/table-column.ts';

type Row = { readonly name: string; readonly bytes: number };
const columns: readonly TableColumn<Row>[] = [
  { id: 'name', title: 'Name', cell: ({ name }) => name, value: ({ name }) => name },
  { id: 'bytes', title: 'Bytes', cell: ({ bytes }) => bytes, value: ({ bytes }) => bytes },
];

test('a row is copied with tabs between its cells', () => {
  expect(rowAsText(columns, { name: 'login.contoso.test', bytes: -5 })).toBe('login.contoso.test\t-5');
});

test('what is pasted into a spreadsheet stays within its cell and runs nothing', () => {
  expect(rowAsText(columns, { name: '=1+1\t@SUM', bytes: 1 })).toBe("'=1+1 @SUM\t1");
});

test('a file has the titles first', () => {
  expect(rowsAsCsv(columns, [{ name: '=1+1', bytes: 1 }])).toBe("Name,Bytes\r\n'=1+1,1\r\n");
});
