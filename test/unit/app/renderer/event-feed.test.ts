// What the page is told without asking: one stream at a time, asked for again when it breaks.
import { afterEach, expect, test, vi } from 'vitest';
import { openEventFeed } from '../../../../app/renderer/event-feed.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** @param answers one after the other; after the last no question is answered */
function opened(...answers: readonly (() => Promise<Response>)[]) {
  vi.useFakeTimers();
  const asked: string[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return answers[asked.length - 1]?.() ?? new Promise<Response>(() => undefined);
  });
  const told: unknown[] = [];
  const feed = openEventFeed({
    ...{ token: 'key', language: 'de', lost: () => told.push('lost') },
    told: (event, value) => told.push([event, value]),
    ended: (why) => told.push(why),
  });
  return { feed, asked, told };
}

const broken = () => Promise.reject(new TypeError('refused'));
const lines = (...all: readonly object[]) =>
  Promise.resolve(new Response(all.map((line) => `${JSON.stringify(line)}\n`).join('')));

test('events are told, beats are not, and a stream that ends is asked for again', async () => {
  const { asked, told } = opened(() => lines({ event: 'beat' }, { event: 'tab', value: 'traffic' }));
  await vi.advanceTimersByTimeAsync(100);
  expect(told).toEqual([['tab', 'traffic'], 'lost']);
  expect(asked).toEqual(['/api/events?language=de', '/api/events?language=de']);
});

test('flows that are wanted during a wait begin the stream once', async () => {
  const { feed, asked } = opened(broken);
  await vi.advanceTimersByTimeAsync(50);
  feed.followFlows(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual(['/api/events?language=de', '/api/events?language=de&flows=1']);
});

test('a refused key ends it, and so does a server that is gone', async () => {
  const refused = opened(() => Promise.resolve(new Response(null, { status: 401 })));
  await vi.advanceTimersByTimeAsync(0);
  expect(refused.told).toEqual(['refused']);
  const gone = opened(...Array.from({ length: 10 }, () => broken));
  await vi.advanceTimersByTimeAsync(10_000);
  expect([gone.asked.length, gone.told.at(-1)]).toEqual([7, 'gone']);
});
