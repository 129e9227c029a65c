// Fetches a JSON document by HTTPS, with bounds: what answers is somebody else's server.
import { OpenGsaError } from '../../protocol/error.ts';
import { createBoundedFetch } from '../../protocol/gateway/bounded-fetch.ts';
import { parseJson } from './json-file.ts';

/**
 * Follows no redirection.
 *
 * @param ca PEM of the authorities that are trusted; null: the system's
 * @throws OpenGsaError `upstream-failed`, or `bad-profile` for what is no JSON; the message names the host
 */
export async function fetchJson(url: string, ca: string | null): Promise<unknown> {
  const { host } = new URL(url);
  const wish = { method: 'GET', headers: { accept: 'application/json' } };
  const answer = await createBoundedFetch(ca)(url, wish).catch((cause: unknown) => {
    throw new OpenGsaError('upstream-failed', `${host}: gives no answer`, { cause });
  });
  if (answer.status !== 200) throw new OpenGsaError('upstream-failed', `${host}: answered ${answer.status}`);
  return parseJson(await answer.text(), `the answer of ${host}`);
}
