// fetch over HTTPS with authorities of one's own and bounds on time and size, for questions to identity providers.
import { Agent, request } from 'node:https';
import { OpenGsaError } from '../error.ts';

/** What the libraries for OpenID Connect ask their fetch for. */
export type FetchWish = {
  readonly method: string;
  readonly headers: Headers | Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
};

export type BoundedFetch = (url: string, wish: FetchWish) => Promise<Response>;

/** One question with its answer, in ms. */
const longestMs = 10_000;
/** Key sets and tokens have some thousand bytes. */
const longestBody = 512 * 1024;

/**
 * Follows no redirects. Rejects as Node does, or with an OpenGsaError that leaves it to whoever asks to name the peer.
 *
 * @param ca PEM of the authorities that count; null: the system's
 */
export function createBoundedFetch(ca: string | null): BoundedFetch {
  const agent = new Agent({ maxSockets: 8, keepAlive: false, ...(ca === null ? {} : { ca }) });
  return (url, { method, headers, body, signal }) => {
    if (new URL(url).protocol !== 'https:') {
      return Promise.reject(new OpenGsaError('bad-message', 'it is asked over HTTPS only'));
    }
    const giveUp = AbortSignal.timeout(longestMs);
    return new Promise<Response>((resolve, reject) => {
      const asked = request(url, {
        agent,
        method,
        headers: Object.fromEntries(new Headers(headers).entries()),
        signal: signal === undefined ? giveUp : AbortSignal.any([signal, giveUp]),
      });
      const fail = (error: Error): void =>
        reject(giveUp.aborted ? new OpenGsaError('timeout', `no answer in ${longestMs / 1000} s`) : error);
      asked.on('error', fail);
      asked.on('response', (answer) => {
        const chunks: Buffer[] = [];
        let length = 0;
        answer.on('error', fail);
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length;
          chunks.push(chunk);
          if (length > longestBody) asked.destroy(new OpenGsaError('bad-message', 'its answer is too long'));
        });
        answer.on('end', () => {
          const status = answer.statusCode ?? 502;
          const given = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
            values.map((value): [string, string] => [name, value]),
          );
          const hasBody = status !== 204 && status !== 304;
          resolve(new Response(hasBody ? Buffer.concat(chunks) : null, { status, headers: given }));
        });
      });
      asked.end(textOf(body));
    });
  };
}

/** Forms and texts are all that is ever sent. */
function textOf(body: unknown): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString();
  throw new OpenGsaError('internal', 'a body of another kind');
}
