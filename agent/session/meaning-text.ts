// A proxy setting in a person's words.
import { withoutPassword } from '../core/without-password.ts';
import type { ProxyMeaning } from './system-proxy.ts';

export function meaningText(meaning: ProxyMeaning): string {
  switch (meaning.kind) {
    case 'direct':
      return 'no proxy';
    case 'pac':
      return `the PAC file ${withoutPassword(meaning.url)}`;
    case 'manual': {
      const { http, https, socks } = meaning.proxies;
      const parts = Object.entries({ http, https, socks }).flatMap(([scheme, proxy]) =>
        proxy === null ? [] : [`${scheme} ${proxy}`],
      );
      return parts.length === 0 ? 'no proxy' : `proxies by hand: ${parts.join(', ')}`;
    }
    case 'unsupported':
      return meaning.what;
  }
}
