// Ends HTTP/2 sessions that nobody uses, and those whose device is gone without a word.
import type { ServerHttp2Session } from 'node:http2';
import { performance } from 'node:perf_hooks';

const pingEveryMs = 30_000;
const pingAnswerMs = 20_000;

/** Watches until the session closes. A session without a stream for `idleMs` gets GOAWAY; one that leaves a PING unanswered is destroyed. */
export function watchSession(session: ServerHttp2Session, idleMs: number): void {
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
      else ping(session);
    },
    Math.min(pingEveryMs, idleMs),
  );
  timer.unref();
  session.once('close', () => clearInterval(timer));
}

function ping(session: ServerHttp2Session): void {
  if (session.destroyed || session.closed) return;
  const timer = setTimeout(() => session.destroy(new Error('no answer to PING')), pingAnswerMs);
  timer.unref();
  session.once('close', () => clearTimeout(timer));
  session.ping(() => clearTimeout(timer));
}
