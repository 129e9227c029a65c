// A command's end of the control socket: one request, one answer.
import { connect } from 'node:net';
import { OpenGsaError } from '../../protocol/error.ts';
import { createFrameDecoder, encodeFrame } from '../../protocol/frame.ts';
import { parse } from '../../protocol/parse.ts';
import {
  controlMaxMessage,
  type ControlMethod,
  controlMethods,
  type ControlParams,
  controlReply,
  type ControlResult,
  controlVersion,
} from './requests.ts';

/** Making a device's key may take seconds on a small machine; beyond this the edge hangs. */
const answerTimeoutMs = 30_000;

/**
 * Asks the edge that listens at `path`.
 *
 * @throws OpenGsaError `edge-not-running` only where nobody listens; `too-busy` or `timeout` where an edge runs and
 *   does not answer; `access-denied`; or the edge's own refusal with its code
 */
export async function callEdge<M extends ControlMethod>(
  path: string,
  method: M,
  params: ControlParams<M>,
): Promise<ControlResult<M>> {
  const frame = encodeFrame({ version: controlVersion, id: 1, method, params }, controlMaxMessage);
  const reply = parse(controlReply, await exchange(path, frame), 'reply of the edge');
  if (reply.type === 'error') throw new OpenGsaError(reply.code, reply.message);
  // The table pairs each method with its result; the compiler cannot follow the pair through the lookup.
  return parse(controlMethods[method].result, reply.result, 'reply of the edge') as ControlResult<M>;
}

function exchange(path: string, frame: Buffer): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const decoder = createFrameDecoder(controlMaxMessage);
    const socket = connect(path);
    const finish = (act: () => void): void => {
      socket.destroy();
      act();
    };
    socket.setTimeout(answerTimeoutMs, () =>
      finish(() => reject(new OpenGsaError('timeout', `${path}: the edge does not answer`))),
    );
    socket.on('error', (cause) => finish(() => reject(connectionError(path, cause))));
    socket.on('connect', () => socket.write(frame));
    socket.on('data', (chunk) => {
      try {
        const [reply] = decoder.push(chunk);
        if (reply !== undefined) finish(() => resolve(reply));
      } catch (error) {
        finish(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    });
    socket.on('end', () =>
      finish(() => reject(new OpenGsaError('too-busy', `${path}: the edge gave no answer; try again`))),
    );
  });
}

/** Callers act on the store by themselves where no edge runs, so only a proof of that may say so. */
function connectionError(path: string, cause: NodeJS.ErrnoException): OpenGsaError {
  switch (cause.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTDIR':
      return new OpenGsaError(
        'edge-not-running',
        `no edge runs with this state directory (${path}); start it with: opengsa-edge serve`,
      );
    case 'EACCES':
    case 'EPERM':
      return new OpenGsaError('access-denied', `${path}: only the user of the edge and root may use it`);
    default:
      // EAGAIN: a full backlog. ECONNRESET and EPIPE: the edge has no place for the call, or is about to end.
      return new OpenGsaError('too-busy', `${path}: the edge does not take the call; try again`, { cause });
  }
}
