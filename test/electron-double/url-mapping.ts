// Addresses of the app's own scheme as Chromium can load them, and back. Chromium knows no scheme but its own, so
// app://bundle/x is loaded as https://bundle.app.electron-double.invalid/x, which no name service knows.

const suffix = 'electron-double.invalid';
const own = /^(?<scheme>[a-z][a-z0-9+-]*):\/\/(?<host>[^/?#]*)(?<rest>.*)$/;
const loaded =
  /^https:\/\/(?<host>[^/?#]+)\.(?<scheme>[a-z][a-z0-9+-]*)\.electron-double\.invalid(?::443)?(?<rest>.*)$/;

/** The address to load, where `handled` says that the program serves the scheme; otherwise `url` itself. */
export function toLoadedUrl(url: string, handled: (scheme: string) => boolean): string {
  const { scheme, host, rest } = own.exec(url)?.groups ?? {};
  if (scheme === undefined || host === undefined || rest === undefined || !handled(scheme)) return url;
  return `https://${host}.${scheme}.${suffix}${rest.startsWith('/') ? '' : '/'}${rest}`;
}

/** The address as the program knows it. */
export function toOwnUrl(url: string): string {
  const { scheme, host, rest } = loaded.exec(url)?.groups ?? {};
  if (scheme === undefined || host === undefined || rest === undefined) return url;
  return `${scheme}://${host}${rest === '' ? '/' : rest}`;
}
