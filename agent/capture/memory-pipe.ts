// A connection inside this process: two ends of one byte stream that tell an end from a break, as sockets do.
import { Duplex } from 'node:stream';

/**
 * Two connected ends. What one writes the other reads, with back-pressure; `end()` is a clean end of one direction.
 * An end that is destroyed before both directions have ended breaks the other with `ECONNRESET`
 * (`stream.duplexPair` would end it cleanly, which hides a truncation).
 */
export function memoryPipe(): [Duplex, Duplex] {
  const a = new PipeEnd();
  const b = new PipeEnd();
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class PipeEnd extends Duplex {
  peer: PipeEnd | null = null;
  #peerMayWrite: (() => void) | null = null;

  override _read(): void {
    const resume = this.#peerMayWrite;
    this.#peerMayWrite = null;
    resume?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.peer === null || this.peer.push(chunk)) done();
    else this.peer.#peerMayWrite = done;
  }

  override _final(done: () => void): void {
    this.peer?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { peer } = this;
    const complete = this.writableFinished && this.readableEnded;
    if (peer !== null && !complete && !peer.destroyed) {
      const reset = Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
      // Not in this call: it may come from within the peer's own handlers.
      process.nextTick(() => peer.destroy(reset));
    }
    done(error);
  }
}
