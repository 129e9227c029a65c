// Back to the table from its details.

/** Gives the focus to the view's table. */
export function focusTable(): void {
  document.querySelector<HTMLElement>('.data-table > table')?.focus();
}
