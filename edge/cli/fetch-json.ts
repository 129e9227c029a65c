// Fetches a JSON document by HTTPS, with limits: what answers is somebody else's server.
import { get } from 'node:https';
import { OpenGsaError } from '../../protocol/error.ts';
import { parseJson } from './json-file.ts';

/** The published endpoint list has less than a tenth of it. */
const maxBytes = 2 * 1024 * 1024;
const patienceMs = 30_000;

/**
 * Follows no redirection.
 *
 * @param ca PEM of the authorities that are trusted; null: the system's
 * @throws OpenGsaError `upstream-failed`, or `bad-profile` for what is no JSON; the message names the host
 */
export async function fetchJson(url: string, ca: string | null): Promise<unknown> {
  const { host } = new URL(url);
  return parseJson(await fetchText(url, host, ca), `the answer of ${host}`);
}

function fetchText(url: string, host: string, ca: string | null): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string, cause?: unknown): void => {
      request.destroy();
      reject(new OpenGsaError('upstream-failed', `${host}: ${what}`, { cause }));
    };
    const request = get(
      url,
      {
        headers: { accept: 'application/json' },
        agent: false,
        signal: AbortSignal.timeout(patienceMs),
        ...(ca === null ? {} : { ca }),
      },
      (response) => {
        const { statusCode = 0 } = response;
        if (statusCode !== 200) {
          fail(`answered ${statusCode}`);
          return;
        }
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('error', (cause) => fail('its answer was cut off', cause));
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          chunks.push(chunk);
          if (length > maxBytes) fail(`its answer is longer than ${maxBytes} bytes`);
        });
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      },
    );
    request.on('error', (cause) => fail('cannot be asked', cause));
  });
}
