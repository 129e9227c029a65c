// Shows the person what the notification model decides, one at a time.
import { Notification } from 'electron';
import type { Clock } from '../../agent/clock.ts';
import type { WindowState } from '../../protocol/window.ts';
import { decideNotice, noNotices, type Notice, type NoticeContext } from '../shared/notification-model.ts';

export type NotificationsSetup = {
  readonly clock: Clock;
  readonly state: () => WindowState;
  readonly context: () => NoticeContext;
  readonly clicked: () => void;
};

/** What comes back within so long was no loss that anyone must hear of. */
const settleMs = 1_000;

/** @returns to be called whenever the state differs */
export function createNotifications({ clock, state, context, clicked }: NotificationsSetup): () => void {
  let memory = noNotices;
  let shown: Notification | null = null;
  let due = false;

  function consider(): void {
    due = false;
    const decided = decideNotice(memory, state(), context());
    memory = decided.memory;
    if (decided.notice !== null) show(decided.notice);
  }
  function show({ title, body, category }: Notice): void {
    if (!Notification.isSupported()) return;
    // The older one is no longer true.
    shown?.close();
    const notification = new Notification({ title, body, silent: category === 'recovery' });
    notification.on('click', clicked);
    // An unsigned program on macOS may show none; tray and windows say the same.
    notification.on('failed', (_, error) => process.stderr.write(`No notification is shown: ${error}\n`));
    notification.show();
    shown = notification;
  }
  return () => {
    if (due) return;
    due = true;
    clock.setTimer(consider, settleMs);
  };
}
