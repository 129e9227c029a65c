// How the windows' page is served by whoever shows it: the types of its files, and what it may do (CSP Level 3).

/** By the ending of the name. What has another ending is no file of the page. */
export const pageMediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

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
