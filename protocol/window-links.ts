// The pages behind the names that a window may ask to have opened.
import manifest from '../package.json' with { type: 'json' };
import { OpenGsaError } from './error.ts';
import type { WindowLink, WindowState } from './window.ts';

const documentation = new URL('docs/operations', manifest.homepage).href;

/**
 * The address to open. A captive portal's own page is as the network gave it and may be http; every other is https.
 *
 * @throws OpenGsaError `not-found` where no captive portal is in the way, or it named no page that a browser opens
 */
export function linkAddress(link: WindowLink, { status }: WindowState): string {
  if (link === 'documentation') return documentation;
  const page = status?.connection.kind === 'captive-portal' ? status.connection.page : null;
  const url = page === null ? null : URL.parse(page);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new OpenGsaError('not-found', 'this network names no sign-in page');
  }
  return url.href;
}
