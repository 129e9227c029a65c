// What goes wrong before an endpoint is asked, in Graph's words: bodies, types, lengths, requests that are none.
import type { Socket } from 'node:net';
import type { Fault } from './endpoint.ts';

const faults: Readonly<Record<string, Fault>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: fault(413, 'RequestEntityTooLarge', 'the body is too large'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: fault(415, 'UnsupportedMediaType', 'the body must be application/json'),
  FST_ERR_CTP_EMPTY_JSON_BODY: fault(400, 'BadRequest', 'the body is empty and must be JSON'),
  FST_ERR_CTP_INVALID_JSON_BODY: fault(400, 'BadRequest', 'the body is not JSON'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: fault(400, 'BadRequest', 'the body has not the length that it claims'),
  FST_ERR_BAD_URL: fault(400, 'BadRequest', 'the path is not well formed'),
  FST_ERR_MAX_PARAM_LENGTH: fault(404, 'ResourceNotFound', 'there is nothing of so long a name'),
};

/** Null: it is none of the framework's. */
export function frameworkFault(error: unknown): Fault | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? String(error.code) : '';
  if (Object.hasOwn(faults, code)) return faults[code] ?? null;
  // The JSON parser's own, for __proto__ as a key.
  const status = 'statusCode' in error ? error.statusCode : undefined;
  return status === 400 ? fault(400, 'BadRequest', 'the body is not JSON that is taken') : null;
}

const broken: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: fault(431, 'RequestHeaderFieldsTooLarge', 'the head is too large'),
  ERR_HTTP_REQUEST_TIMEOUT: fault(408, 'RequestTimeout', 'the request did not come in time'),
};

/** For what the HTTP parser refuses; there is no request then, only a connection, which ends. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  const code = error.code ?? '';
  // A failed handshake: there is nobody who could read an answer.
  if (!socket.writable || !(code.startsWith('HPE_') || Object.hasOwn(broken, code))) {
    socket.destroy();
    return;
  }
  const { status, error: said } = broken[code] ?? fault(400, 'BadRequest', 'the request is not HTTP/1.1');
  const innerError = { date: new Date().toISOString().slice(0, 19) };
  const body = JSON.stringify({ error: { ...said, innerError } });
  socket.end(
    `HTTP/1.1 ${status} ${said.code}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}

function fault(status: Fault['status'], code: string, message: string): Fault {
  return { status, error: { code, message } };
}
