// What one page is told without asking: lines of JSON for as long as it listens.
import type { ServerResponse } from 'node:http';
import type { WindowEvent, WindowEventValue } from '../../protocol/window.ts';
import type { Clock, Timer } from '../clock.ts';

export type EventStream = {
  readonly send: <E extends WindowEvent>(event: E, value: WindowEventValue<E>) => void;
};

/** A page that hears nothing for longer than a few of these takes the connection for dead. */
const beatMs = 15_000;
/** What may wait for a page that does not read; it begins anew when it reads again. */
const maxWaitingBytes = 4 * 1024 * 1024;

/** @param ended called once, whoever ends it */
export function openEventStream(response: ServerResponse, clock: Clock, ended: () => void): EventStream {
  let beat: Timer | null = null;
  const write = (line: unknown): void => {
    if (response.destroyed) return;
    response.write(`${JSON.stringify(line)}\n`);
    if (response.writableLength > maxWaitingBytes) response.destroy();
  };
  const wait = (): void => {
    beat = clock.setTimer(() => {
      write({ event: 'beat' });
      wait();
    }, beatMs);
  };
  response.on('error', () => undefined);
  response.once('close', () => {
    beat?.cancel();
    ended();
  });
  wait();
  return { send: (event, value) => write({ event, value }) };
}
