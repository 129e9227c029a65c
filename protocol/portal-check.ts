// The question whether a captive portal is in the way: plain HTTP, because portals answer that in another's place.

/** Where it is asked, as at the servers that browsers and systems ask. */
export const portalCheckPath = '/generate_204';

/** Request field: a random word that only the server itself gives back. */
export const portalChallengeField = 'portal-challenge';
/** Answer field with the word. A portal that lets `/generate_204` look good does not know it. */
export const portalResponseField = 'portal-response';

/** Few characters and short: it is written into an answer as it came. */
export function isPortalChallenge(text: string): boolean {
  return /^[A-Za-z0-9_-]{16,64}$/.test(text);
}

/** What the server answers to a challenge. */
export function portalResponse(challenge: string): string {
  return `response ${challenge}`;
}
