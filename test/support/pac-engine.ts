// Asks a PAC file as a browser would, in an engine that knows nothing but the language.
import { createContext, Script } from 'node:vm';

export function askPac(text: string, url: string): string {
  const host = /^[a-z]+:\/\/(\[[^\]]*\]|[^/:]*)/.exec(url)?.[1]?.replace(/^\[|\]$/g, '') ?? '';
  const context = createContext({ url, host });
  new Script(text).runInContext(context);
  return String(new Script('FindProxyForURL(url, host)').runInContext(context));
}
