// Tables as CSV (RFC 4180), safe to open in a spreadsheet.

export type CsvCell = string | number | boolean | null;

/**
 * Where a spreadsheet would begin a formula: at the start of a text, and behind what some countries' spreadsheets take for
 * the end of a cell. A tab or line break at the start may hide one; the wide signs are read like the narrow ones.
 */
const formulaStart = /^(?=[=+\-@\t\r\n＝＋－＠])|(?<=^ +|[;\t\r\n] *)(?=[=+\-@＝＋－＠])/g;

/** Lines end in CRLF, the last one too. Texts are made harmless to spreadsheets; numbers stay numbers. */
export function toCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

/** With an apostrophe before each formula: host names and programs are chosen by strangers. */
export function withoutFormulas(text: string): string {
  return text.replaceAll(formulaStart, "'");
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = withoutFormulas(cell);
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
