// Electron's `Notification`: what the person was told, and what they answered.
import type { NotificationConstructorOptions } from 'electron';
import { StrictEmitter } from './strict.ts';

export type ShownNotification = {
  readonly title: string;
  readonly body: string;
  readonly silent: boolean;
  readonly urgency: string;
};

/** Whether the desktop takes notifications; a test can say no. */
export const notificationService = { supported: true, failure: null as string | null };

const shown: Notification[] = [];

export class Notification extends StrictEmitter {
  title: string;
  body: string;
  silent: boolean;
  urgency: 'normal' | 'critical' | 'low';
  #closed = false;

  constructor({
    title = '',
    body = '',
    silent = false,
    urgency = 'normal',
  }: NotificationConstructorOptions = {}) {
    super('Notification', ['show', 'click', 'close', 'reply', 'action', 'failed']);
    this.title = title;
    this.body = body;
    this.silent = silent;
    this.urgency = urgency;
  }

  static isSupported(): boolean {
    return notificationService.supported;
  }

  show(): void {
    const { failure } = notificationService;
    if (failure !== null) {
      this.emit('failed', {}, failure);
      return;
    }
    shown.push(this);
    this.emit('show', {});
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.emit('close', {});
  }

  static readonly internals = {
    all: (): ShownNotification[] =>
      shown.map(({ title, body, silent, urgency }) => ({ title, body, silent, urgency })),
    click(index: number): void {
      const one = shown[index];
      if (one === undefined) throw new Error(`there are ${shown.length} notifications`);
      one.emit('click', {});
    },
  };
}
