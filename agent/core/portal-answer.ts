// What an answer to the question for a captive portal says about the network.
import { portalResponse } from '../../protocol/portal-check.ts';

/** The server that is asked over plain HTTP. */
export type PortalCheck = {
  readonly url: string;
  /** Dialled instead of resolving the name, in order. Empty: resolve. */
  readonly addresses: readonly string[];
  /** Whether it gives the challenge back, as the organisation's edges do; public ones answer a bare 204. */
  readonly isEdge: boolean;
};

export type PortalAnswer =
  | {
      readonly kind: 'head';
      readonly status: number;
      readonly location: string | null;
      /** The field that gives the challenge back. */
      readonly response: string | null;
    }
  /** Nobody answered in time, or not in HTTP. */
  | { readonly kind: 'none' };

export type PortalVerdict =
  /** The server itself has answered: nothing is in the way. */
  | { readonly kind: 'open' }
  /** The network has answered in its place. `page`: where it wants to be opened, if it said so. */
  | { readonly kind: 'portal'; readonly page: string | null }
  /** A server that is not the edge does not answer either: it is not the edge that is missing. */
  | { readonly kind: 'offline' }
  /** Nothing can be said: the edge may be down, or a front before the server has a fault. */
  | { readonly kind: 'unanswered' };

/** A page that a person may be sent to; longer ones are hardly read and never typed. */
const longestPage = 512;
/** RFC 6585 section 6, "Network Authentication Required". */
const authenticationRequired = 511;

export function judgePortalAnswer(
  answer: PortalAnswer,
  check: PortalCheck,
  challenge: string,
): PortalVerdict {
  if (answer.kind === 'none') return check.isEdge ? { kind: 'unanswered' } : { kind: 'offline' };
  const { status, location } = answer;
  if (status === 204) {
    const isGenuine = !check.isEdge || answer.response === portalResponse(challenge);
    return isGenuine ? { kind: 'open' } : { kind: 'portal', page: null };
  }
  if (status >= 300 && status < 400) return judgeRedirect(location, check.url);
  if ((status >= 200 && status < 300) || status === authenticationRequired) {
    return { kind: 'portal', page: pageOf(location, check.url) };
  }
  return { kind: 'unanswered' };
}

/** A front that sends its visitors from HTTP to HTTPS is no portal. */
function judgeRedirect(location: string | null, asked: string): PortalVerdict {
  const target = location === null ? null : URL.parse(location, asked);
  const isUpgrade = target?.protocol === 'https:' && target.hostname === new URL(asked).hostname;
  return isUpgrade ? { kind: 'unanswered' } : { kind: 'portal', page: pageOf(location, asked) };
}

/** Only what a browser opens over the network, without credentials, in ASCII as URLs are. */
function pageOf(location: string | null, asked: string): string | null {
  if (location === null || location.length > longestPage) return null;
  const page = URL.parse(location, asked);
  if (page === null || !/^https?:$/.test(page.protocol)) return null;
  if (page.username !== '' || page.password !== '' || page.href.length > longestPage) return null;
  return page.href;
}
