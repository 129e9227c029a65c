// How a window reaches the program that shows it. The views know this and nothing of Electron or HTTP.
import type {
  WindowCall,
  WindowCallParams,
  WindowCallResult,
  WindowEvent,
  WindowEventValue,
} from '../../protocol/window.ts';
import type { Language } from '../../protocol/language.ts';
import type { ErrorCode } from '../../protocol/error.ts';

/** What is known of the program from the start. */
export type Shell = {
  readonly kind: 'desktop' | 'browser';
  readonly version: string;
  /** The person's own, as the system or the browser tells it. */
  readonly systemLanguage: Language;
};

/** A call that failed: it crosses processes as a value. */
export type CallFault = { readonly code: ErrorCode; readonly message: string };

export type CallAnswer<C extends WindowCall> =
  | { readonly ok: true; readonly result: WindowCallResult<C> }
  | { readonly ok: false; readonly fault: CallFault };

export type Transport = {
  readonly shell: Shell;
  /** Never rejects: what went wrong is in the answer. */
  readonly call: <C extends WindowCall>(call: C, params: WindowCallParams<C>) => Promise<CallAnswer<C>>;
  /** Calls `listener` for each event until the returned function is called. */
  readonly on: <E extends WindowEvent>(
    event: E,
    listener: (value: WindowEventValue<E>) => void,
  ) => () => void;
};

/** What the preload script puts into the page of the desktop's windows, under this name. */
export const bridgeName = 'opengsa';
