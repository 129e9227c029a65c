// The words for a prediction, in English: why, which named location, and how it was verified.

export const seenAs = {
  /** By the stable reason. */
  reasons: {
    // Direct.
    'own-edge': 'It is your own edge or its witness, which is always reached directly.',
    'not-enrolled': 'This device has no edge yet, so everything leaves directly.',
    paused: 'OpenGSA is paused, so everything leaves directly.',
    disconnected: 'OpenGSA is turned off, so everything leaves directly.',
    'break-glass': 'Your organisation has turned off all profiles, so everything leaves directly.',
    'by-program': 'Rules for certain programs name it, so it depends on the program.',
    'no-rule': 'No rule of an enabled profile names it, so it leaves directly.',
    'rule-bypass': 'Its rule says bypass, so it leaves directly.',
    'policy-disabled': 'The policy with its rule is disabled, so it leaves directly.',
    'class-direct': "The edge's class for it is direct, so it leaves directly.",
    'hardening-bypass': 'No edge is connected, and its rule lets it leave directly meanwhile.',
    'microsoft-direct':
      "Your organisation chose direct for Microsoft's services, so they take your own connection's address.",
    'microsoft-undecided':
      "Your organisation has not chosen anchor or direct for Microsoft's services, so they are reached directly.",
    'microsoft-view-awaited':
      "The edge has not said yet how Microsoft's services are to be reached, and its rule decides meanwhile.",
    // Blocked.
    'hardening-block': 'No edge is connected, and its rule lets nothing leave directly.',
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
  },
  /** For a reason of a younger agent. */
  otherReason: (reason: string) => `The reason is ${reason}.`,
  verdict: {
    /** @param names each with `trusted` where it is */
    inside: (names: readonly string[]) => `in ${names.join(', ')}`,
    trusted: (name: string) => `${name} (trusted)`,
    outside: 'outside all',
    notJudged: 'not judged',
  },
  verification: {
    notAsked: 'not asked',
    agrees: 'agrees',
    differs: (address: string) => `differs: it saw ${address}`,
    unpredicted: (address: string) => `it saw ${address}`,
    notVerified: 'not verified',
  },
  /** Why something was not verified; `service` is a URL or `theService`, `said` what exactly, empty or after a colon. */
  unverified: {
    theService: 'The reflection service',
    'no-reflection': 'Not verified: no reflection service is configured for it (reflections in agent.yaml).',
    'other-path': (service: string, said: string) => `Not verified: ${service} lies on another path${said}.`,
    blocked: 'Not verified: nothing reaches it at this moment.',
    refused: (service: string, said: string) => `Not verified: the flow to ${service} was refused${said}.`,
    untrusted: (service: string, said: string) => `Not verified: ${service} could not prove itself${said}.`,
    unreachable: (service: string, said: string) => `Not verified: ${service} was not reached${said}.`,
    timeout: (service: string, said: string) => `Not verified: ${service} gave no answer in time${said}.`,
    'unexpected-answer': (service: string, said: string) =>
      `Not verified: ${service} does not say which address it sees${said}.`,
    'changed-meanwhile':
      'Not verified: network or path changed while the question was on its way. Ask again.',
  },
};
