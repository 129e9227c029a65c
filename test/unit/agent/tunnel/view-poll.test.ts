import { afterEach, expect, test } from 'vitest';
import type { PlainAnswer, PlainQuestion } from '../../../../agent/tunnel/edge-link.ts';
import { pollView, type ViewState } from '../../../../agent/tunnel/view-poll.ts';
import { plainView } from '../../../support/data-plane.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const path = '/.well-known/opengsa/view';
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** An edge that answers when it is told to. */
function poll() {
  const clock = manualClock();
  const asked: string[] = [];
  const seen: ViewState[] = [];
  let settle: PromiseWithResolvers<PlainAnswer> = Promise.withResolvers();
  const ask = ({ path }: PlainQuestion) => {
    asked.push(path);
    settle = Promise.withResolvers();
    return settle.promise;
  };
  const refused: string[] = [];
  const { stop } = pollView(
    { ask },
    clock,
    (state) => seen.push(state),
    ({ message }) => refused.push(message),
  );
  stops.push(stop);
  /** Lets everything that follows from an answer happen. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    asked,
    seen,
    refused,
    stop,
    answer: async (status: number, body: unknown = '', proxyStatus = '') => {
      settle.resolve({ status, body: typeof body === 'string' ? body : JSON.stringify(body), proxyStatus });
      await settled();
    },
    fail: async () => {
      settle.reject(new Error('cut'));
      await settled();
    },
    pass: async (ms: number) => {
      clock.advance(ms);
      await settled();
    },
  };
}

test('the view is asked for once, then the next one is waited for', async () => {
  const edge = poll();
  await edge.answer(200, plainView(4));
  expect(edge.seen).toEqual([{ kind: 'known', view: plainView(4) }]);
  await edge.pass(55_000);
  await edge.answer(204);
  await edge.answer(200, plainView(7));
  expect(edge.seen.at(-1)).toEqual({ kind: 'known', view: plainView(7) });
  expect(edge.asked).toEqual([path, `${path}?after=4`, `${path}?after=4`, `${path}?after=7`]);
});

test.each([
  [400, 'ERR_INVALID_URL'],
  [403, ''],
  [404, '<html>'],
  [405, ''],
  [501, ''],
  [200, '<html>'],
  [200, '{"revision":"four"}'],
])('an edge that first answers %i %j is foreign and is asked no more', async (status, body) => {
  const edge = poll();
  await edge.answer(status, body);
  expect(edge.seen).toEqual([{ kind: 'foreign' }]);
  await edge.pass(3_600_000);
  expect(edge.asked).toHaveLength(1);
});

test.each([
  ['device-revoked', 'the organisation revoked it'],
  ['device-expired', 'its certificate has expired'],
  ['device-unknown', 'it is not enrolled there'],
])(
  'an edge that answers %s refuses this device: it is no foreign one, and asked no more',
  async (reason, why) => {
    const edge = poll();
    await edge.answer(403, '', `edge.contoso.test; error=http_request_denied; details="${reason}"`);
    expect(edge.refused).toEqual([why]);
    expect(edge.seen).toEqual([]);
    await edge.pass(3_600_000);
    expect(edge.asked).toHaveLength(1);
  },
);

test('an edge that was known refuses this device later', async () => {
  const edge = poll();
  await edge.answer(200, plainView(1));
  await edge.answer(403, '', 'edge.contoso.test; error=http_request_denied; details="device-revoked"');
  expect(edge.refused).toEqual(['the organisation revoked it']);
  expect(edge.seen).toHaveLength(1);
});

test('faults of the moment are neither a view nor its absence: it asks again after a pause', async () => {
  const edge = poll();
  await edge.answer(503);
  await edge.pass(2000);
  await edge.fail();
  expect(edge.asked).toHaveLength(2);
  await edge.pass(1999);
  expect(edge.asked).toHaveLength(2);
  await edge.pass(1);
  await edge.answer(200, plainView(1));
  expect(edge.seen).toEqual([{ kind: 'known', view: plainView(1) }]);
});

test('an edge that was known stays known whatever it answers later', async () => {
  const edge = poll();
  await edge.answer(200, plainView(1));
  await edge.answer(404);
  await edge.pass(2000);
  await edge.answer(200, 'garbage');
  expect(edge.seen).toHaveLength(1);
  await edge.pass(2000);
  expect(edge.asked).toHaveLength(4);
});

test('an edge that answers at once with what is known is not asked in a loop', async () => {
  const edge = poll();
  await edge.answer(200, plainView(1));
  await edge.answer(200, plainView(1));
  expect(edge.asked).toHaveLength(2);
  expect(edge.seen).toHaveLength(1);
  await edge.pass(2000);
  expect(edge.asked).toHaveLength(3);
});

test('one that has no place for who waits, and says at once that nothing changed, is neither', async () => {
  const edge = poll();
  await edge.answer(200, plainView(1));
  await edge.answer(304);
  expect(edge.asked).toHaveLength(3);
  await edge.answer(304);
  expect(edge.asked).toHaveLength(3);
  await edge.pass(2000);
  expect(edge.asked).toHaveLength(4);
});

test('once stopped, a late answer is not told', async () => {
  const edge = poll();
  edge.stop();
  await edge.answer(200, plainView(1));
  expect(edge.seen).toEqual([]);
  await edge.pass(60_000);
  expect(edge.asked).toHaveLength(1);
});
