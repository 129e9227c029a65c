// Electron's `ipcMain`: listeners and handlers for what pages send.
import type { IpcMainInvokeEvent } from 'electron';
import { StrictEmitter } from './strict.ts';

type Handler = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown;

class IpcMain extends StrictEmitter {
  #handlers = new Map<string, Handler>();

  constructor() {
    super('ipcMain', 'any');
  }

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    if (typeof handler !== 'function') {
      throw new TypeError(`Expected handler to be a function, but found type '${typeof handler}'`);
    }
    this.#handlers.set(channel, handler);
  }

  handleOnce(channel: string, handler: Handler): void {
    this.handle(channel, (event, ...args) => {
      this.removeHandler(channel);
      return handler(event, ...args);
    });
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  static invoke(ipc: IpcMain, channel: string, event: IpcMainInvokeEvent, args: unknown[]): unknown {
    const handler = ipc.#handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return handler(event, ...args);
  }
}

export const ipcMain = new IpcMain();

/** The handler's result. @throws Error where there is no handler, and what the handler throws */
export async function invokeHandler(channel: string, event: object, args: unknown[]): Promise<unknown> {
  return await IpcMain.invoke(ipcMain, channel, event as IpcMainInvokeEvent, args);
}

export function deliverMessage(channel: string, event: object, args: unknown[]): void {
  ipcMain.emit(channel, event, ...args);
}
