// What the windows' page may do, as the Content-Security-Policy header that is served with it (CSP Level 3).

/**
 * Nothing but the page's own scripts, styles and pictures; no text becomes markup or code (Trusted Types).
 *
 * @param connect where the page may send requests: nowhere in the desktop's windows, to its own server in a browser
 */
export function pagePolicy(connect: "'none'" | "'self'"): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}
