// Answers GET /metrics over plain HTTP, for a Prometheus on this machine or in a network that the administrator chose.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import { createPlainListener, type PlainLimits, type PlainListener } from '../server/plain-listener.ts';

export type Figures = { readonly contentType: string; readonly text: () => Promise<string> };

const limits: PlainLimits = {
  longestHeadBytes: 8192,
  mostFields: 64,
  patienceMs: 10_000,
  mostConnections: 16,
  // Prometheus keeps its connection.
  mostRequests: 0,
};

/** @param onFault told when the figures cannot be made */
export function createMetricsListener(
  where: ListenAddress,
  figures: Figures,
  onFault: (error: unknown) => void,
): PlainListener {
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response, figures).catch((error: unknown) => {
      onFault(error);
      response.destroy();
    });
  };
  return createPlainListener(where, limits, serve, onFault);
}

async function answer(request: IncomingMessage, response: ServerResponse, figures: Figures): Promise<void> {
  response.on('error', () => undefined);
  // A body is not read: its connection ends with the answer.
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) {
    response.shouldKeepAlive = false;
  }
  if (request.url !== '/metrics') response.writeHead(404).end();
  else if (request.method !== 'GET') response.writeHead(405, { allow: 'GET' }).end();
  else {
    const text = await figures.text();
    response.writeHead(200, { 'content-type': figures.contentType, 'cache-control': 'no-store' }).end(text);
  }
}
