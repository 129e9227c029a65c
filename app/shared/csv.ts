// Tables as CSV (RFC 4180), safe to open in a spreadsheet.

export type CsvCell = string | number | boolean | null;

/** Characters with which spreadsheets begin a formula; a tab or line break may hide one from a reader. */
const beginsFormula = /^[=+\-@\t\r]/;

/**
 * Lines end in CRLF, the last one too. A text that a spreadsheet would take for a formula gets an apostrophe before it:
 * host names and programs are chosen by strangers. Numbers stay numbers.
 */
export function toCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = beginsFormula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
