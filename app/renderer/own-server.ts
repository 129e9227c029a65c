// The server that a page in the browser came from, and nobody else.

/** Asks this page's own server, and nobody on the way to it. */
export function askOwnServer(path: string, init: RequestInit): Promise<Response> {
  return fetch(path, {
    ...init,
    mode: 'same-origin',
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
  });
}
