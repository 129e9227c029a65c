// Back to the table from its details.

/** Gives the focus to the view's table. */
export function focusTable(): void {
  document.querySelector<HTMLElement>('.data-table > table')?.focus();
}

/** Gives the focus to the row at which the tab key stops, in a table whose rows are stops themselves. */
export function focusRow(): void {
  document.querySelector<HTMLElement>('tr[data-row][tabindex="0"]')?.focus();
}
