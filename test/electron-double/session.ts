// Electron's `session`: permissions and the filter that sees every request of the pages.
import type {
  CallbackResponse,
  OnBeforeRequestListenerDetails,
  Session as RealSession,
  WebRequestFilter,
} from 'electron';
import { lifecycle } from './lifecycle.ts';
import { protocol } from './protocol.ts';
import { StrictEmitter, StrictObject } from './strict.ts';

type BeforeRequest = (
  details: OnBeforeRequestListenerDetails,
  callback: (response: CallbackResponse) => void,
) => void;
type PermissionRequest = Parameters<RealSession['setPermissionRequestHandler']>[0];
type PermissionCheck = Parameters<RealSession['setPermissionCheckHandler']>[0];

class WebRequest extends StrictObject {
  #beforeRequest: { filter: WebRequestFilter | null; listener: BeforeRequest } | null = null;

  constructor() {
    super('webRequest');
  }

  onBeforeRequest(
    filterOrListener: WebRequestFilter | BeforeRequest | null,
    listener?: BeforeRequest | null,
  ): void {
    const [filter, act] =
      typeof filterOrListener === 'function'
        ? [null, filterOrListener]
        : [filterOrListener, listener ?? null];
    this.#beforeRequest = act === null ? null : { filter, listener: act };
  }

  /** What the program's listener decides about a request. */
  static ask(webRequest: WebRequest, details: OnBeforeRequestListenerDetails): Promise<CallbackResponse> {
    const asked = webRequest.#beforeRequest;
    if (asked === null || !matches(asked.filter, details.url)) return Promise.resolve({});
    return new Promise((resolve) => asked.listener(details, resolve));
  }
}

class Session extends StrictEmitter {
  readonly protocol = protocol;
  readonly webRequest = new WebRequest();
  #permissionRequest: PermissionRequest = null;
  #permissionCheck: PermissionCheck = null;

  constructor() {
    super('session', ['will-download']);
  }

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.#permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.#permissionCheck = handler;
  }

  setSpellCheckerEnabled(_enabled: boolean): void {
    // The double's Chromium has no spell checker.
  }

  /** The answers of the program's two handlers; Electron grants what no handler refuses. */
  static async permission(
    session: Session,
    permission: string,
  ): Promise<{ requested: boolean; checked: boolean }> {
    const request = session.#permissionRequest;
    const check = session.#permissionCheck;
    const requested =
      request === null ||
      (await new Promise<boolean>((resolve) =>
        request(null as never, permission as never, resolve, {} as never),
      ));
    return { requested, checked: check === null || check(null, permission as never, '', {} as never) };
  }
}

const defaultSession = new Session();

export const session = {
  get defaultSession(): Session {
    if (!lifecycle.ready) throw new Error('Session can only be received when app is ready');
    return defaultSession;
  },
};

export function askBeforeRequest(details: OnBeforeRequestListenerDetails): Promise<CallbackResponse> {
  return WebRequest.ask(defaultSession.webRequest, details);
}

/** What the program would answer a page that asks for `permission`. */
export function askPermission(permission: string): Promise<{ requested: boolean; checked: boolean }> {
  return Session.permission(defaultSession, permission);
}

/** Patterns like `*://*`/`app://bundle/*`, where `*` stands for anything. */
function matches(filter: WebRequestFilter | null, url: string): boolean {
  if (filter === null) return true;
  const fits = (pattern: string): boolean => {
    if (pattern === '<all_urls>') return true;
    const source = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    return new RegExp(`^${source}$`).test(url);
  };
  return filter.urls.some(fits) && !(filter.excludeUrls ?? []).some(fits);
}
