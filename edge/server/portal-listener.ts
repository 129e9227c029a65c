// Answers over plain HTTP one question and no other: does a device that asks reach this edge, or a captive portal?
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import {
  isPortalChallenge,
  portalChallengeField,
  portalCheckPath,
  portalResponse,
  portalResponseField,
} from '../../protocol/portal-check.ts';
import { createPlainListener, type PlainLimits, type PlainListener } from './plain-listener.ts';

const limits: PlainLimits = {
  // A device's head has some 200 bytes.
  longestHeadBytes: 2048,
  mostFields: 16,
  patienceMs: 5000,
  // Strangers may ask as well, so few get a place at a time; devices ask again.
  mostConnections: 256,
  mostRequests: 1,
};

export function createPortalListener(where: ListenAddress): PlainListener {
  return createPlainListener(where, limits, answer, ignore);
}

/** No answer has a body, and none says who answers beyond the challenge that it was given. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  response.on('error', ignore);
  // A body is not read: its connection ends with the answer.
  response.on('finish', () => request.socket.destroySoon());
  response.shouldKeepAlive = false;
  response.sendDate = false;
  response.writeHead(...headFor(request)).end();
}

function headFor({ url, method, headers }: IncomingMessage): [number, Record<string, string>] {
  if (url !== portalCheckPath) return [404, empty];
  if (method !== 'GET') return [405, { ...empty, allow: 'GET' }];
  const challenge = headers[portalChallengeField];
  if (challenge === undefined) return [204, noStore];
  if (typeof challenge !== 'string' || !isPortalChallenge(challenge)) return [400, empty];
  return [204, { ...noStore, [portalResponseField]: portalResponse(challenge) }];
}

const noStore = { 'cache-control': 'no-store' };
/** Of an answer that might have a body; 204 must not say its length (RFC 9110 section 8.6). */
const empty = { ...noStore, 'content-length': '0' };

function ignore(): void {
  return;
}
