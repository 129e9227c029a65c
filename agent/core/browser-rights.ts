// What a page in the browser may not have done unless the person has allowed it on the command line.

/**
 * Why a call is refused; null where it is not. A browser holds more of other people's code than the desktop's windows,
 * so what interrupts programs or shows what was hidden is kept from it.
 */
export function refusedInBrowser(call: string, params: unknown): string | null {
  if (call === 'connections.close') return needsFull('connections are closed');
  if (call === 'bundle.save' && !isRedacted(params)) return needsFull('unredacted logs are collected');
  return null;
}

function needsFull(what: string): string {
  return `${what} from a browser only where it was opened by "opengsa ui --full"`;
}

/** Anything but a clear yes is a no. */
function isRedacted(params: unknown): boolean {
  return typeof params === 'object' && params !== null && 'redact' in params && params.redact === true;
}
