// Reads the body of a request as JSON, up to a limit.
import type { IncomingMessage } from 'node:http';
import { OpenGsaError } from '../../protocol/error.ts';

/** No call of a window is larger; files that a person saves never come here. */
export const maxBodyBytes = 64 * 1024;

/** @throws OpenGsaError `too-busy` for a body above the limit, `bad-message` where it is no JSON or ends too early */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    // What is left of a body that is too large stays unread; the answer needs the connection.
    for await (const part of request.iterator({ destroyOnReturn: false })) {
      const bytes = part as Buffer;
      size += bytes.length;
      if (size > maxBodyBytes) break;
      parts.push(bytes);
    }
  } catch (cause) {
    throw new OpenGsaError('bad-message', 'the request ended early', { cause });
  }
  if (size > maxBodyBytes) {
    throw new OpenGsaError('too-busy', `a request may have ${maxBodyBytes} bytes`);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch (cause) {
    throw new OpenGsaError('bad-message', 'the request is no JSON', { cause });
  }
}
