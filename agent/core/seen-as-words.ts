// The words for a prediction: whose address, why, where it lies, and how it was verified. Windows and commands share them.
import type { LocationVerdict } from '../../protocol/location-verdict.ts';
import type { SeenAs, Verification } from '../../protocol/seen-as.ts';

/** Why a destination will see what it will see, in whole sentences. */
export function reasonWords({ reason }: Pick<SeenAs, 'reason'>): string {
  return reasons[reason] ?? `The reason is ${reason}.`;
}

const reasons: Readonly<Record<string, string>> = {
  // Direct.
  'own-edge': 'It is your own edge or its witness, which is always reached directly.',
  'not-enrolled': 'This device has no edge yet, so everything leaves directly.',
  paused: 'OpenGSA is paused, so everything leaves directly.',
  disconnected: 'OpenGSA is turned off, so everything leaves directly.',
  'by-program': 'Rules for certain programs name it, so it depends on the program.',
  'no-rule': 'No rule of an enabled profile names it, so it leaves directly.',
  'rule-bypass': 'Its rule says bypass, so it leaves directly.',
  'policy-disabled': 'The policy with its rule is disabled, so it leaves directly.',
  'class-direct': "The edge's class for it is direct, so it leaves directly.",
  'hardening-bypass': 'No edge answers, and its rule lets it leave directly meanwhile.',
  'microsoft-direct':
    "Your organisation chose direct for Microsoft's services, so they take your own connection's address.",
  'microsoft-undecided':
    "Your organisation has not chosen anchor or direct for Microsoft's services, so they are reached directly.",
  'microsoft-view-awaited':
    "The edge has not said yet how Microsoft's services are to be reached, and its rule decides meanwhile.",
  // Blocked.
  'hardening-block': 'No edge answers, and its rule lets nothing leave directly.',
  // Through the edge.
  'address-passed-on': 'The edge states your address to it.',
  'own-address-unknown':
    'The edge states your address to it, and which one that is has not been found out yet.',
  'address-not-proven':
    'The edge states your address to it as the edge sees it; the checks here disagree about which one that is.',
  'signaling-disabled':
    'Your organisation turned signalling off, so the edge states nothing and shows itself.',
  'statement-not-read':
    'Its class says that the edge states your address, but Microsoft takes the address of the connection and nothing else.',
  'microsoft-anchor':
    "Your organisation chose anchor for Microsoft's services: the edge calls them from an address of its own that can be listed as a named location.",
  'class-anchor': 'The edge calls it from an address of its own that can be listed as a named location.',
  'class-opaque': 'The edge relays it and states nothing, so it sees the edge.',
  'class-tenant-restriction': 'The edge relays it and states nothing about addresses, so it sees the edge.',
  'foreign-edge': 'This edge is of another make and does not say which address it shows.',
  'view-awaited': 'The edge has not said yet which address it shows.',
};

/** `in Berlin office (trusted)`, `outside all`, or that it cannot be said. */
export function verdictWords(verdict: LocationVerdict): string {
  switch (verdict.kind) {
    case 'inside':
      return `in ${verdict.locations.map(({ name, trusted }) => `${name}${trusted ? ' (trusted)' : ''}`).join(', ')}`;
    case 'outside':
      return 'outside all';
    case 'not-judged':
      return 'not judged';
  }
}

/** A verification in a table's cell. */
export function verificationWords(verification: Verification | null): string {
  switch (verification?.kind) {
    case undefined:
      return 'not asked';
    case 'agrees':
      return 'agrees';
    case 'differs':
      return `differs: it saw ${verification.address}`;
    case 'unpredicted':
      return `it saw ${verification.address}`;
    case 'not-verified':
      return 'not verified';
  }
}

/** Why something was not verified, in a whole sentence. */
export function unverifiedWords({
  reason,
  detail,
  url,
}: Extract<Verification, { kind: 'not-verified' }>): string {
  const said = detail === '' ? '' : `: ${detail}`;
  const service = url ?? 'The reflection service';
  switch (reason) {
    case 'no-reflection':
      return 'Not verified: no reflection service is configured for it (reflections in agent.yaml).';
    case 'other-path':
      return `Not verified: ${service} lies on another path${said}.`;
    case 'blocked':
      return 'Not verified: nothing reaches it at this moment.';
    case 'refused':
      return `Not verified: the flow to ${service} was refused${said}.`;
    case 'untrusted':
      return `Not verified: ${service} could not prove itself${said}.`;
    case 'unreachable':
      return `Not verified: ${service} was not reached${said}.`;
    case 'timeout':
      return `Not verified: ${service} gave no answer in time${said}.`;
    case 'unexpected-answer':
      return `Not verified: ${service} does not say which address it sees${said}.`;
    case 'changed-meanwhile':
      return 'Not verified: network or path changed while the question was on its way. Ask again.';
  }
}
