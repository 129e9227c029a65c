// The pages that are open: what each is told, and when there has been none for too long.
import type { ServerResponse } from 'node:http';
import { chooseLanguage } from '../../protocol/language.ts';
import type { Clock, Timer } from '../clock.ts';
import type { WindowDesk } from '../window-desk.ts';
import { type EventStream, openEventStream } from './event-stream.ts';
import { alwaysSent, refuse } from './page-answers.ts';
import type { SettingsStore } from './window-settings.ts';

export type OpenPagesSetup = {
  readonly desk: WindowDesk;
  readonly settings: SettingsStore;
  readonly clock: Clock;
  /** No page was open for `idleMs`. */
  readonly idle: () => void;
};

export type OpenPages = {
  /**
   * Tells a page everything until it goes away: settings and state first. `language` of the query is the browser's, `flows=1`
   * asks for flows too.
   */
  readonly add: (response: ServerResponse, query: URLSearchParams) => void;
  readonly tellSettings: () => void;
  /** Ends what every page hears. */
  readonly dismiss: () => void;
  /** Waits for pages no longer. */
  readonly close: () => void;
};

export const idleMs = 15 * 60_000;
const maxPages = 16;

export function createOpenPages({ desk, settings, clock, idle }: OpenPagesSetup): OpenPages {
  const pages = new Map<ServerResponse, EventStream>();
  let waiting: Timer | null = null;
  let isClosed = false;
  const waitForPages = (): void => {
    waiting?.cancel();
    if (!isClosed) waiting = clock.setTimer(idle, idleMs);
  };
  const speak = (browsers: string | null): void => {
    const { language } = settings.get();
    if (language !== 'system') desk.speak(language);
    else if (browsers !== null) desk.speak(chooseLanguage([browsers]));
  };
  waitForPages();
  return {
    add(response, query) {
      if (pages.size >= maxPages) {
        refuse(response, 503, 'too many pages are open');
        return;
      }
      waiting?.cancel();
      const headers = { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' };
      response.writeHead(200, { ...alwaysSent, ...headers });
      const leave: (() => void)[] = [];
      const page = openEventStream(response, clock, () => {
        pages.delete(response);
        for (const stop of leave) stop();
        if (pages.size === 0) waitForPages();
      });
      pages.set(response, page);
      speak(query.get('language'));
      page.send('settings', settings.get());
      page.send('state', desk.state());
      leave.push(desk.onState((state) => page.send('state', state)));
      if (query.get('flows') === '1') leave.push(desk.followFlows((flows) => page.send('flows', [...flows])));
    },
    tellSettings() {
      speak(null);
      for (const page of pages.values()) page.send('settings', settings.get());
    },
    dismiss() {
      for (const response of pages.keys()) response.destroy();
    },
    close() {
      isClosed = true;
      waiting?.cancel();
    },
  };
}
