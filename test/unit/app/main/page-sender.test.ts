// Who may call the program: a window's own page in its main frame, and nobody else.
import { expect, test } from 'vitest';
import { assertOwnPage } from '../../../../app/main/page-sender.ts';

type Event = Parameters<typeof assertOwnPage>[0];

/** An event as Electron gives it, with what is asked of it. */
function callFrom(url: string, from: 'main frame' | 'frame' | 'gone'): Event {
  const mainFrame = { url };
  const senderFrame = { 'main frame': mainFrame, frame: { url }, gone: null }[from];
  return { sender: { mainFrame }, senderFrame } as unknown as Event;
}

test('the page in its main frame is answered', () => {
  expect(() => assertOwnPage(callFrom('app://bundle/index.html', 'main frame'))).not.toThrow();
});

test.each([
  ['a frame within the page', 'app://bundle/index.html', 'frame'],
  ['a page that is gone', 'app://bundle/index.html', 'gone'],
  ['another host of the scheme', 'app://evil/index.html', 'main frame'],
  ['a page of the web', 'https://bundle/index.html', 'main frame'],
  ['an empty page', 'about:blank', 'main frame'],
] as const)('%s is not', (_, url, from) => {
  expect(() => assertOwnPage(callFrom(url, from))).toThrow("only the windows' own page is answered");
});
