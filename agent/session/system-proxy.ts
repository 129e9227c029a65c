// The system's proxy setting, as every platform and desktop gives it. What to do with it is decided elsewhere.
import type { ManualProxies } from '../policy/manual-pac.ts';
import type { ProxyEntries, SystemKind } from '../core/saved-proxy.ts';
import type { ProxyWish } from '../core/proxy-plan.ts';

/** Where programs should go. */
export type ProxyTarget = {
  /** An `http://` address on loopback. */
  readonly pacUrl: string;
  /** Parts of addresses that only ours have: this one's, and others' that may have been set. */
  readonly marks: readonly string[];
  /** The agent's HTTP proxy as `127.0.0.1:8088`, for systems that know no PAC files. */
  readonly httpProxy: string;
};

/** What a setting makes programs do. */
export type ProxyMeaning =
  | { readonly kind: 'direct' }
  | { readonly kind: 'pac'; readonly url: string }
  | { readonly kind: 'manual'; readonly proxies: ManualProxies }
  /** It cannot be put behind our rules; setting ours would take the network away. */
  | { readonly kind: 'unsupported'; readonly what: string; readonly remedy: string };

export type SystemProxy = {
  readonly kind: SystemKind;
  /** For a person: where the setting is. */
  readonly place: string;
  /** Whether programs ask a PAC file; else they get the address of the proxy, and nothing can stand behind it. */
  readonly takesPac: boolean;
  /** Everything about proxies, the keys of `wish` among them. */
  readonly read: () => Promise<ProxyEntries>;
  /** Pure: what should stand there. */
  readonly wish: (target: ProxyTarget, current: ProxyEntries) => ProxyWish;
  /** Pure: what stands there where nobody has set anything. */
  readonly neutral: (current: ProxyEntries) => ProxyEntries;
  /** Pure. */
  readonly meaning: (entries: ProxyEntries) => ProxyMeaning;
  /**
   * Writes the named keys only, in an order that never leaves programs with half a setting, and tells running programs.
   * Returns what could not be done without harm to the setting itself.
   */
  readonly write: (entries: ProxyEntries) => Promise<readonly string[]>;
};

export const direct: ProxyMeaning = { kind: 'direct' };

/** What no setting of ours can stand before. */
export function unsupported(what: string, remedy: string): ProxyMeaning {
  return { kind: 'unsupported', what, remedy };
}

/** Proxy auto-discovery: what would be found cannot be known without doing it. */
export const discovery = unsupported(
  'the proxy is discovered automatically (WPAD)',
  'set the address of the PAC file that your network uses, or no proxy, in the system settings',
);

/** `host:port`, or null where either is missing. */
export function hostPort(host: string | null | undefined, port: string | null | undefined): string | null {
  const number = Number(port ?? 0);
  if (host === null || host === undefined || host === '' || !(number > 0 && number < 65_536)) return null;
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${number}` : `${host}:${number}`;
}
