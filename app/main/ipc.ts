// What windows ask of the program: one handler that knows who asks, what may be asked, and answers with values.
import { ipcMain, type WebContents } from 'electron';
import type { z } from 'zod';
import { callFault, type WindowDesk } from '../../agent/window-desk.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';
import { deskCalls, shellCalls, type WindowCallResult } from '../../protocol/window.ts';
import type { CallFault } from '../shared/transport.ts';
import { callChannel } from '../shared/window-facts.ts';
import { assertOwnPage } from './page-sender.ts';

/** What this program does itself; the desk does the rest. */
export type ShellCall = Exclude<keyof typeof shellCalls, (typeof deskCalls)[number]>;

export type ShellHandlers = {
  readonly [C in ShellCall]: (
    params: z.output<(typeof shellCalls)[C]['params']>,
    sender: WebContents,
  ) => WindowCallResult<C> | Promise<WindowCallResult<C>>;
};

type Answer =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly fault: CallFault };

/** Answers windows. A fault is an answer: errors lose their codes between processes. */
export function serveCalls(desk: WindowDesk, handlers: ShellHandlers): void {
  ipcMain.handle(callChannel, async (event, call: unknown, params: unknown): Promise<Answer> => {
    try {
      assertOwnPage(event);
      return { ok: true, result: await perform(desk, handlers, call, params, event.sender) };
    } catch (error) {
      return { ok: false, fault: callFault(error) };
    }
  });
}

async function perform(
  desk: WindowDesk,
  handlers: ShellHandlers,
  call: unknown,
  params: unknown,
  sender: WebContents,
): Promise<unknown> {
  if (typeof call === 'string' && desk.isDeskCall(call)) return desk.call(call, params);
  if (typeof call !== 'string' || !isShellCall(call)) {
    throw new OpenGsaError('bad-message', `${JSON.stringify(call)} is no call that windows have`);
  }
  const handle = handlers[call] as (asked: unknown, from: WebContents) => unknown;
  return handle(parse(shellCalls[call].params as z.ZodType, params, call), sender);
}

function isShellCall(call: string): call is ShellCall {
  return Object.hasOwn(shellCalls, call) && !deskCalls.some((one) => one === call);
}
