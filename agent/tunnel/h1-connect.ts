// One flow over HTTP/1.1: no byte of it leaves before the complete 2xx (RFC 9931), or a refusing proxy would run it as a request.
import { formatDestination } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { tlsFlowStream } from '../../protocol/relay/adapters.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import type { Clock } from '../clock.ts';
import type { TunnelAnswer, TunnelRequest } from '../core/flow.ts';
import { answerTimeoutMs, noAnswer, readAnswer, requestFields } from './connect-fields.ts';
import type { EdgeConnection } from './dial.ts';
import { createHeadReader, type HeadResult } from './response-head.ts';

export type H1Result = { readonly answer: TunnelAnswer; readonly stream: FlowStream };

/** Rejects if the connection breaks or says what is not HTTP; the connection is then closed, as it is after a refusal. */
export function connectOverH1(
  { tls, raw }: EdgeConnection,
  edge: string,
  request: TunnelRequest,
  clock: Clock,
): Promise<H1Result> {
  const stream = tlsFlowStream(tls, raw);
  const reader = createHeadReader();
  return new Promise((resolve, reject) => {
    const stop = () => {
      timer.cancel();
      tls.off('readable', read);
      tls.off('end', closed);
      tls.off('close', closed);
      tls.off('error', fail);
      // The listener's absence must not end the process.
      tls.on('error', () => undefined);
    };
    const fail = (error: Error) => {
      stop();
      stream.reset(error);
      reject(error);
    };
    const closed = () => fail(new OpenGsaError('edge-unreachable', 'closed before the answer'));
    const timer = clock.setTimer(() => {
      stop();
      stream.reset(new OpenGsaError('timeout', `no answer in ${answerTimeoutMs} ms`));
      resolve({ answer: noAnswer(edge), stream });
    }, answerTimeoutMs);
    const take = (result: HeadResult) => {
      switch (result.kind) {
        case 'incomplete':
          return false;
        case 'bad':
          fail(new OpenGsaError('bad-message', result.reason));
          return true;
        case 'head': {
          stop();
          const answer = readAnswer(edge, result.status, (name) => result.fields.get(name) ?? null);
          if (answer.kind === 'accepted') {
            if (result.rest.length > 0) tls.unshift(result.rest);
          } else {
            // What follows a refusal belongs to nobody: the connection is not used again.
            stream.reset(new OpenGsaError('destination-refused', answer.denial.reason));
          }
          resolve({ answer, stream });
          return true;
        }
      }
    };
    const read = () => {
      while (tls.readableLength > 0) {
        const chunk = tls.read() as Buffer | null;
        if (chunk === null || take(reader.push(chunk))) return;
      }
    };
    tls.on('readable', read);
    tls.once('end', closed);
    tls.once('close', closed);
    tls.once('error', fail);
    tls.write(requestHead(request));
  });
}

function requestHead(request: TunnelRequest): string {
  const authority = formatDestination(request.destination);
  const fields = Object.entries({ host: authority, ...requestFields(request) });
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `CONNECT ${authority} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
