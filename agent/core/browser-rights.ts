// What a page in the browser may not have done.

/**
 * Why a call is refused; null where it is not. A browser holds more of other people's code than the desktop's windows,
 * so what interrupts programs or shows what was hidden is kept from it.
 */
export function refusedInBrowser(call: string, params: unknown): string | null {
  if (call === 'connections.close')
    return 'connections are not closed from a browser: opengsa flows --older --close';
  if (call === 'bundle.save' && !isRedacted(params))
    return 'unredacted logs are not collected from a browser: opengsa collect-logs --no-redact';
  return null;
}

/** Anything but a clear yes is a no. */
function isRedacted(params: unknown): boolean {
  return typeof params === 'object' && params !== null && 'redact' in params && params.redact === true;
}
