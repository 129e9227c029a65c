// Which requests the browser shell answers: judged by where they come from, before anything of theirs is read.

export type RequestFacts = {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  /** Every value of the field, in case there are several. */
  readonly hosts: readonly string[];
  /** How the browser says who asks for what (Fetch Metadata). */
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
  readonly fetchDest: string | undefined;
  readonly origin: string | undefined;
  readonly contentType: string | undefined;
};

export const apiPaths = ['/api/token', '/api/call', '/api/events'] as const;
export type ApiPath = (typeof apiPaths)[number];

export type RequestVerdict =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'api'; readonly path: ApiPath; readonly query: URLSearchParams }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string };

/**
 * The host comes first and for everything: a name that somebody leads to this address (DNS rebinding) makes a page of
 * theirs look like one of ours in all other respects.
 *
 * @param port where this shell listens
 */
export function judgeRequest(facts: RequestFacts, port: number): RequestVerdict {
  const [host = '', ...moreHosts] = facts.hosts;
  if (moreHosts.length > 0 || !ownHosts(port).includes(host)) {
    return refused(403, 'this server answers to no such name');
  }
  if (facts.method === 'OPTIONS') return refused(403, 'no other origin may call this server');
  // Only a proxy is asked with a whole URL; whoever leaves the path out has another server in mind.
  if (!facts.target.startsWith('/')) return refused(400, 'the request target must be a path');
  const url = URL.parse(facts.target, `http://${host}`);
  if (url?.host !== host) return refused(400, 'the request target must be a path');
  const api = apiPaths.find((path) => path === url.pathname);
  if (api !== undefined) return judgeApi(facts, api, url, port);
  return judgeFile(facts, url.pathname);
}

function judgeApi(facts: RequestFacts, path: ApiPath, url: URL, port: number): RequestVerdict {
  if (facts.fetchSite !== 'same-origin') return refused(403, 'only this server’s own page may call it');
  if (facts.origin !== undefined && !ownHosts(port).some((own) => facts.origin === `http://${own}`)) {
    return refused(403, 'only this server’s own page may call it');
  }
  const method = path === '/api/events' ? 'GET' : 'POST';
  if (facts.method !== method) return refused(405, `${path} takes ${method}`);
  if (method === 'POST' && !/^application\/json(?:;\s*charset=utf-8)?$/i.test(facts.contentType ?? '')) {
    return refused(415, `${path} takes application/json`);
  }
  return { kind: 'api', path, query: url.searchParams };
}

function judgeFile({ method, fetchSite, fetchMode, fetchDest }: RequestFacts, path: string): RequestVerdict {
  if (method !== 'GET') return refused(405, 'files are only read');
  if (fetchSite === 'same-origin') return { kind: 'file', path };
  // Whoever leads somebody here gives nothing away: the page alone holds no secret and shows nothing.
  const isVisit = path === '/' && fetchMode === 'navigate' && fetchDest === 'document';
  if (isVisit && fetchSite !== undefined) return { kind: 'file', path };
  return refused(
    403,
    fetchSite === undefined
      ? 'your browser does not say where a request comes from (Sec-Fetch-Site); use a newer one'
      : 'other pages may not use this server’s files',
  );
}

/** Exact, with the port: another service of this machine is somebody else. */
function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `[::1]:${port}`, `localhost:${port}`];
}

function refused(status: number, reason: string): RequestVerdict {
  return { kind: 'refused', status, reason };
}
