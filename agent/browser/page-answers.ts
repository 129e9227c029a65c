// What goes out with every answer: files with the page's policy, refusals in one line, values as JSON.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pagePolicy } from '../../protocol/page-policy.ts';
import type { PageFile } from './page-files.ts';

/** Nobody else may show, read, guess at or keep what is answered here. */
export const alwaysSent = {
  'content-security-policy': pagePolicy("'self'"),
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const;

export function sendFile(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
  const zipped = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
  const body = zipped ? file.gzipped : file.plain;
  response.writeHead(200, {
    ...alwaysSent,
    ...(zipped && { 'content-encoding': 'gzip' }),
    'content-type': file.mediaType,
    'content-length': body.length,
    'cache-control': file.isHashed ? 'private, max-age=86400, immutable' : 'no-cache',
    vary: 'accept-encoding',
  });
  response.end(body);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, {
    ...alwaysSent,
    'content-type': 'application/json',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(value));
}

/** For what browsers ask without being told to. */
export function sendNothing(response: ServerResponse): void {
  response.writeHead(204, alwaysSent);
  response.end();
}

/** Ends the connection too: what is left of a refused request is not read. */
export function refuse(response: ServerResponse, status: number, reason: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...alwaysSent,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(`${reason}\n`);
}
