// The windows' page as answers to requests: which address is the page's, which file is behind it, under which policy.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { pageMediaTypes, pagePolicy } from '../../protocol/page-policy.ts';

export const pageScheme = 'app';
export const pageHost = 'bundle';

/** Whether an address is of the windows' own page. A custom scheme has no origin to compare: it is `null` for all. */
export function isPageAddress(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === `${pageScheme}:` && url.host === pageHost;
}

/** The file that is asked for, with the policy it is shown under; 404 for everything that is not a file of the page. */
export async function answerPage(root: string, request: Request): Promise<Response> {
  if (request.method !== 'GET') return refusal(405);
  const file = isPageAddress(request.url) ? fileWithin(root, new URL(request.url).pathname) : null;
  const mediaType = file === null ? undefined : pageMediaTypes[extname(file)];
  if (file === null || mediaType === undefined) return refusal(404);
  try {
    return new Response(await readFile(file), { headers: { ...always, 'content-type': mediaType } });
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return refusal(404);
    throw error;
  }
}

const always = {
  'content-security-policy': pagePolicy("'none'"),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

function refusal(status: 404 | 405): Response {
  return new Response(null, { status, headers: always });
}

/** Null where the path leads out of the folder, or cannot be read as one. */
function fileWithin(root: string, pathname: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    // A broken escape names no file.
    return null;
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  const folder = normalize(root + sep);
  const file = join(folder, path === '/' ? 'index.html' : path);
  return file.startsWith(folder) ? file : null;
}
