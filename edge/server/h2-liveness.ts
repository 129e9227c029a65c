// Ends HTTP/2 sessions that nobody uses, and those whose device is gone without a word.
import type { ServerHttp2Session } from 'node:http2';
import { performance } from 'node:perf_hooks';

export type Liveness = {
  /** A session without a stream for so long gets GOAWAY. */
  readonly idleMs: number;
  readonly pingEveryMs: number;
  /** One that leaves a PING unanswered for so long is destroyed. */
  readonly pingAnswerMs: number;
};

/** Below the minute after which common middleboxes drop a silent connection. */
export const pingLimits = { pingEveryMs: 30_000, pingAnswerMs: 20_000 } as const;

/** Watches until the session closes. */
export function watchSession(
  session: ServerHttp2Session,
  { idleMs, pingEveryMs, pingAnswerMs }: Liveness,
): void {
  let open = 0;
  let quietSince = performance.now();
  session.on('stream', (stream) => {
    open += 1;
    stream.once('close', () => {
      open -= 1;
      quietSince = performance.now();
    });
  });
  const timer = setInterval(
    () => {
      if (open === 0 && performance.now() - quietSince >= idleMs) session.close();
      else ping(session, pingAnswerMs);
    },
    Math.min(pingEveryMs, idleMs),
  );
  timer.unref();
  session.once('close', () => clearInterval(timer));
}

function ping(session: ServerHttp2Session, answerMs: number): void {
  if (session.destroyed || session.closed) return;
  const timer = setTimeout(() => session.destroy(new Error('no answer to PING')), answerMs);
  timer.unref();
  const stop = () => {
    clearTimeout(timer);
    session.off('close', stop);
  };
  session.once('close', stop);
  session.ping(stop);
}
