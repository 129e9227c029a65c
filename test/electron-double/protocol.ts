// Electron's `protocol`: the app's own schemes and the handlers that answer for them.
import type { CustomScheme } from 'electron';
import { lifecycle } from './lifecycle.ts';
import { StrictObject } from './strict.ts';

type Handler = (request: Request) => Response | Promise<Response>;

const privileged = new Map<string, CustomScheme['privileges']>();
const handlers = new Map<string, Handler>();

/** Whether the program answers for that scheme. */
export function isHandled(scheme: string): boolean {
  return handlers.has(scheme);
}

/** The program's answer, or null where it has none for the scheme of `request`. */
export async function answer(request: Request): Promise<Response | null> {
  const handler = handlers.get(new URL(request.url).protocol.slice(0, -1));
  return handler === undefined ? null : handler(request);
}

class Protocol extends StrictObject {
  constructor() {
    super('protocol');
  }

  registerSchemesAsPrivileged(schemes: CustomScheme[]): void {
    if (lifecycle.ready) {
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    }
    for (const { scheme, privileges } of schemes) {
      if (privileges?.bypassCSP === true)
        throw new Error(`Electron test double: ${scheme} must not bypass the CSP`);
      privileged.set(scheme, privileges);
    }
  }

  handle(scheme: string, handler: Handler): void {
    if (!lifecycle.ready) throw new Error('Session can only be received when app is ready');
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    const { standard, secure } = privileged.get(scheme) ?? {};
    if (standard !== true || secure !== true) {
      // Without these privileges pages would have no origin of their own, which Chromium shows here as one that has.
      throw new Error(
        `Electron test double: only standard, secure schemes can be handled, and ${scheme} is none`,
      );
    }
    handlers.set(scheme, handler);
  }

  isProtocolHandled(scheme: string): boolean {
    return handlers.has(scheme);
  }

  unhandle(scheme: string): void {
    handlers.delete(scheme);
  }
}

export const protocol = new Protocol();
