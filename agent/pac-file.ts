// Serves the PAC file, and nothing else, to whoever asks this port for itself instead of through it.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseAddress } from '../protocol/address.ts';

export type PacFile = {
  /** 32 hexadecimal digits that cannot be guessed: the PAC file tells which names matter here. */
  readonly token: string;
  /** The present text. */
  readonly text: () => string;
};

export function pacPath({ token }: PacFile): string {
  return `/${token}/proxy.pac`;
}

/**
 * Answers a request in origin form. Web pages can make a browser send such requests here: those carry an Origin, say by
 * Sec-Fetch-Site that a page is behind them, or name a host of theirs that was rebound to loopback.
 */
export function answerOriginForm(
  request: IncomingMessage,
  response: ServerResponse,
  pac: PacFile | null,
): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  // What a page may have sent along is not worth reading.
  response.shouldKeepAlive = false;
  if (pac === null || !asksForPac(request, pac)) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end('This is a proxy. It serves no pages.\n');
    return;
  }
  const text = pac.text();
  response.writeHead(200, {
    'Content-Type': 'application/x-ns-proxy-autoconfig',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function asksForPac(request: IncomingMessage, pac: PacFile): boolean {
  const { method, headers, headersDistinct, socket } = request;
  if (method !== 'GET' && method !== 'HEAD') return false;
  // A query says nothing here: whoever set the address may let it differ, so that browsers read the file again.
  if (!sameText((request.url ?? '').replace(/\?.*$/s, ''), pacPath(pac))) return false;
  if (headers.origin !== undefined) return false;
  if ((headers['sec-fetch-site'] ?? 'none') !== 'none') return false;
  const hosts = headersDistinct.host ?? [];
  return hosts.length === 1 && namesThisListener(hosts[0] ?? '', socket.localPort ?? 0);
}

function namesThisListener(host: string, port: number): boolean {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d+)$/i.exec(host);
  if (match?.[3] !== String(port)) return false;
  const name = (match[1] ?? match[2] ?? '').toLowerCase();
  return name === 'localhost' || parseAddress(name) !== null;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
