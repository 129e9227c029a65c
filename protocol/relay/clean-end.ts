// Tells an HTTP/2 stream that its peer ended from one that merely stopped.
import type { Duplex } from 'node:stream';

type Watched = Duplex & { readonly closed: boolean };

/**
 * Watches how the readable side of an HTTP/2 stream ends; to be called in the tick in which the stream appears.
 *
 * Node emits 'end' after END_STREAM, but also after RST_STREAM with NO_ERROR or CANCEL, GOAWAY with an error and a cut
 * connection. 'aborted' is silent once our own side has ended, and `rstCode` is 0 for RST_STREAM(NO_ERROR). What
 * differs is the moment of the end mark: END_STREAM pushes it while the stream is still open, each other cause after
 * the stream was marked closed.
 *
 * @returns whether the peer ended its direction on purpose, as far as known at the time of the call
 */
export function watchEnd(stream: Watched): () => boolean {
  let clean: boolean | undefined;
  const push = stream.push.bind(stream);
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk === null) clean ??= !stream.closed && !stream.destroyed;
    return push(chunk, encoding);
  };
  return () => clean === true;
}
