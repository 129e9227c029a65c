// What stands in the way of the transparent capture, as a closed set: each with one sentence and a remedy.

/** `prevents`: nothing is captured. `limits`: part of it is not, and the sentence says which. */
export type CaptureObstacle = {
  readonly code: ObstacleCode;
  readonly effect: 'prevents' | 'limits';
  readonly sentence: string;
  readonly remedy: string;
};

export type ObstacleCode = keyof typeof obstacles;

const obstacles = {
  'not-linux': {
    effect: 'prevents',
    sentence: 'Transparent capture needs nftables, which this system does not have.',
    remedy: 'Use the proxy: capture mode "proxy".',
  },
  'runs-as-root': {
    effect: 'prevents',
    sentence: 'The agent runs as root, so its own traffic cannot be told from that of other services.',
    remedy: 'Run it as an account of its own with CAP_NET_ADMIN: User= and AmbientCapabilities= in the unit.',
  },
  'captures-itself': {
    effect: 'prevents',
    sentence: 'The account to capture is the account of the agent itself.',
    remedy: 'Run the agent as an account of its own.',
  },
  'nft-missing': {
    effect: 'prevents',
    sentence: 'The program nft is not installed.',
    remedy: 'Install the package nftables.',
  },
  'no-net-admin': {
    effect: 'prevents',
    sentence: 'The agent may not change the rules of the network.',
    remedy: 'Give it CAP_NET_ADMIN: AmbientCapabilities=CAP_NET_ADMIN in the unit.',
  },
  'other-agent': {
    effect: 'prevents',
    sentence: 'Another running agent owns the capture on this machine.',
    remedy: 'Stop the other agent.',
  },
  'kernel-feature': {
    effect: 'prevents',
    sentence: 'This kernel or this nft lacks a feature that the capture is made of.',
    remedy: 'Linux 5.12 and nft 0.9.9 have them all: nf_tables with NAT, and tables with an owner.',
  },
  'rules-refused': {
    effect: 'prevents',
    sentence: 'The system does not take the rules of the capture.',
    remedy: 'Look at the words of nft; a rule set of another program may be in the way.',
  },
  'no-route': {
    effect: 'prevents',
    sentence: 'The system has no route for the synthetic addresses, so connections to them fail at once.',
    remedy: 'Bring the loopback interface up; look for a rule or route that forbids the synthetic range.',
  },
  'connections-untracked': {
    effect: 'prevents',
    sentence: 'A connection that is captured gets no answer.',
    remedy:
      'Look for a firewall rule with "notrack" on the loopback interface, or one that drops 127.0.0.0/8.',
  },
  'hook-bypassed': {
    effect: 'prevents',
    sentence: 'A connection to a synthetic address does not arrive at the agent.',
    remedy:
      'Look for a firewall rule that refuses or drops the synthetic range in the output, or 127.0.0.0/8.',
  },
  loop: {
    effect: 'prevents',
    sentence: 'The agent has captured its own connection, so the capture was stopped.',
    remedy: 'Run the agent as an account that nothing changes on the way, and restart it.',
  },
  'no-default-route': {
    effect: 'limits',
    sentence:
      'There is no default route: subnets are out of reach before they can be captured. Names are captured.',
    remedy: 'Connect to a network.',
  },
  'names-redirected-elsewhere': {
    effect: 'limits',
    sentence: 'Another program redirects questions to name servers (port 53), so names may not be acquired.',
    remedy: 'Switch off the DNS redirection of the other program.',
  },
  'no-ipv6-capture': {
    effect: 'limits',
    sentence: 'IPv6 subnets are not captured. They pass, or are refused where their rules say "block".',
    remedy: 'Install the optional module koffi, and have IPv6 on the loopback interface.',
  },
  'no-room': {
    effect: 'limits',
    sentence: 'The subnets of the profiles are larger together than what 127.0.0.0/8 has room for.',
    remedy: 'Name fewer or smaller subnets in the rules.',
  },
} as const satisfies Record<string, Pick<CaptureObstacle, 'effect' | 'sentence' | 'remedy'>>;

/** @param detail what was seen: the words of a program or a rule */
export function captureObstacle(code: ObstacleCode, detail = ''): CaptureObstacle {
  const { effect, sentence, remedy } = obstacles[code];
  return { code, effect, sentence: detail === '' ? sentence : `${sentence} (${detail})`, remedy };
}

/** What the words of nft about the first rules mean. */
export function obstacleOfNft(words: string): CaptureObstacle {
  if (/Could not open|socket.*(not permitted|denied)/i.test(words))
    return captureObstacle('no-net-admin', words);
  if (/you must be root|Operation not permitted.*cache|cache initialization failed/i.test(words)) {
    return captureObstacle('no-net-admin', words);
  }
  // A table of another owner answers so; without the capability nothing can be asked at all.
  if (/Operation not permitted|Device or resource busy/i.test(words))
    return captureObstacle('other-agent', words);
  if (words.startsWith('there is no ')) return captureObstacle('nft-missing', words);
  if (/not supported|No such file or directory|No data available|syntax error|unknown/i.test(words)) {
    return captureObstacle('kernel-feature', words);
  }
  return captureObstacle('rules-refused', words);
}

/** How the agent's connection to itself through its own capture ended. */
export type ProbeOutcome = 'arrived' | 'timeout' | { readonly code: string };

/**
 * The same foreign rule may answer with silence, a refusal or an error, by its kind; so a rule that is known to break
 * translation is named before the symptom.
 *
 * @param ruleset what `nft list ruleset` prints
 */
export function obstacleOfProbe(outcome: ProbeOutcome, ruleset: string): CaptureObstacle | null {
  if (outcome === 'arrived') return null;
  const untracked = foreignRule(ruleset, (rule) => /\bnotrack\b/.test(rule));
  if (untracked !== null) return captureObstacle('connections-untracked', untracked);
  if (outcome === 'timeout') return captureObstacle('hook-bypassed', 'no answer');
  const { code } = outcome;
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH' || code === 'EADDRNOTAVAIL') {
    return captureObstacle('no-route', code);
  }
  return captureObstacle('hook-bypassed', code);
}

/** The chain of another program that takes questions to name servers, from what `nft list ruleset` prints, or null. */
export function otherNameRedirection(ruleset: string): string | null {
  return foreignRule(
    ruleset,
    (rule) => /\bdport (53\b|\{[^}]*\b53\b[^}]*\})/.test(rule) && /\b(dnat|redirect)\b/.test(rule),
  );
}

/** The first rule of another program that `matches`, with its table and chain. */
function foreignRule(ruleset: string, matches: (rule: string) => boolean): string | null {
  let table = '';
  let chain = '';
  for (const line of ruleset.split('\n')) {
    const text = line.trim();
    table = /^table (?<name>\S+ \S+) \{/.exec(text)?.groups?.name ?? table;
    chain = /^chain (?<name>\S+) \{/.exec(text)?.groups?.name ?? chain;
    if (/^inet opengsa(_guard)?$/.test(table)) continue;
    if (matches(text)) return `table ${table}, chain ${chain}: ${text}`;
  }
  return null;
}
