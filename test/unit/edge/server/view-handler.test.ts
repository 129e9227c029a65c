// The view, and those who wait for its next revision.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createViewHandler } from '../../../../edge/server/view-handler.ts';
import { plainView } from '../../../support/data-plane.ts';

const waiter = (thumbprint: string) => ({ thumbprint, signal: new AbortController().signal });
const never = waiter('laptop');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const state = { view: plainView(3) };
  const handler = createViewHandler(() => state.view);
  const later = () => {
    state.view = plainView(4);
    handler.changed();
  };
  return { handler, later };
}

test.each([null, 2, 4])(
  'who knows %j gets the present view at once, and it may not be stored',
  async (after) => {
    const { handler } = start();
    const { status, fields, body } = await handler.answer(after, never);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ revision: 3 });
    expect(fields).toEqual({ 'cache-control': 'no-store', 'content-type': 'application/json' });
  },
);

test('everybody who knows the present revision gets the next one when it comes', async () => {
  const { handler, later } = start();
  const answers = [handler.answer(3, never), handler.answer(3, never)];
  later();
  for (const { status, body } of await Promise.all(answers)) {
    expect([status, JSON.parse(body)]).toMatchObject([200, { revision: 4 }]);
  }
});

test('where nothing changes the answer is 304, before a middlebox drops the silent connection', async () => {
  const { handler } = start();
  let settled = false;
  const answer = handler.answer(3, never).finally(() => (settled = true));
  await vi.advanceTimersByTimeAsync(50_000);
  expect(settled).toBe(false);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(await answer).toMatchObject({ status: 304, body: '' });
});

test('a wake-up without a later revision is 304', async () => {
  const { handler } = start();
  const answer = handler.answer(3, never);
  handler.changed();
  expect(await answer).toMatchObject({ status: 304 });
});

test('a request that is given up waits no longer', async () => {
  const { handler } = start();
  const controller = new AbortController();
  const answer = handler.answer(3, { thumbprint: 'laptop', signal: controller.signal });
  controller.abort();
  expect(await answer).toMatchObject({ status: 304 });
  expect(vi.getTimerCount()).toBe(0);
});

test('once closed nobody waits, and those who did are answered', async () => {
  const { handler } = start();
  const answer = handler.answer(3, never);
  handler.close();
  expect(await answer).toMatchObject({ status: 304 });
  expect(await handler.answer(3, never)).toMatchObject({ status: 304 });
  expect(await handler.answer(null, never)).toMatchObject({ status: 200 });
  expect(vi.getTimerCount()).toBe(0);
});

test('beyond 20,000 who wait an answer comes at once', async () => {
  vi.useRealTimers();
  const { handler, later } = start();
  const waiting = Array.from({ length: 20_000 }, (_, i) => handler.answer(3, waiter(`d${i}`)));
  expect(await handler.answer(3, never)).toMatchObject({ status: 304 });
  later();
  expect((await Promise.all(waiting)).every(({ status }) => status === 200)).toBe(true);
});

test('a device that waits often is answered on its oldest request, and takes no place from others', async () => {
  const { handler, later } = start();
  const answers = Array.from({ length: 5 }, () => handler.answer(3, never));
  const other = handler.answer(3, waiter('desk'));
  expect(await answers[0]).toMatchObject({ status: 304 });
  expect(vi.getTimerCount()).toBe(5);
  later();
  for (const { status } of await Promise.all([...answers.slice(1), other])) expect(status).toBe(200);
});
