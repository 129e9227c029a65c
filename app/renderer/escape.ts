// Who may take the key Escape: the browser first, then a panel, then the window.

/** Whether it means something already: it closes the menu that is open, or empties the search. */
export function isEscapeTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || document.querySelector(':popover-open') !== null) return true;
  const { target } = event;
  return target instanceof HTMLInputElement && target.type === 'search' && target.value !== '';
}
