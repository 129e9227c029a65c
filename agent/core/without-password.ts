// An address of a proxy or of a PAC file as it may be shown and logged.

/** `text` without the name and the password that may stand before its host, with a scheme or without. */
export function withoutPassword(text: string): string {
  // A password may hold an `@` itself; the last one before the path is where the host begins.
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i, '$1');
}
