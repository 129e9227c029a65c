// What stands in the way of the transparent capture, as a closed set: each has one sentence and a remedy in the catalogue.
import type { Language } from '../../protocol/language.ts';
import { wordsIn } from './words/words.ts';

/** `prevents`: nothing is captured. `limits`: part of it is not, and the sentence says which. */
export type CaptureObstacle = {
  readonly code: ObstacleCode;
  readonly effect: 'prevents' | 'limits';
  /** What was seen: the words of a program or a rule; empty where nothing was. */
  readonly detail: string;
};

export type ObstacleCode = keyof typeof effects;

export type ObstacleWords = { readonly sentence: string; readonly remedy: string };

const effects = {
  'not-linux': 'prevents',
  'runs-as-root': 'prevents',
  'captures-itself': 'prevents',
  'nft-missing': 'prevents',
  'ip-missing': 'prevents',
  'no-net-admin': 'prevents',
  'other-agent': 'prevents',
  'kernel-feature': 'prevents',
  'rules-refused': 'prevents',
  'no-route': 'prevents',
  'connections-untracked': 'prevents',
  'hook-bypassed': 'prevents',
  loop: 'prevents',
  'no-default-route': 'limits',
  'names-redirected-elsewhere': 'limits',
  'nameserver-out-of-reach': 'limits',
  'no-ipv6-capture': 'limits',
  'no-room': 'limits',
} as const satisfies Record<string, CaptureObstacle['effect']>;

export function captureObstacle(code: ObstacleCode, detail = ''): CaptureObstacle {
  return { code, effect: effects[code], detail };
}

export function obstacleWords(
  { code, detail }: Pick<CaptureObstacle, 'code' | 'detail'>,
  language: Language,
): ObstacleWords {
  const { sentence, remedy } = wordsIn(language).captureObstacles[code];
  return { sentence: detail === '' ? sentence : `${sentence} (${detail})`, remedy };
}

/** For the log, which speaks English. */
export function obstacleText(obstacle: CaptureObstacle): string {
  const { sentence, remedy } = obstacleWords(obstacle, 'en');
  return `${sentence} ${remedy}`;
}

/** Transparent capture that did not start. */
export type Prevented = { readonly kind: 'prevented'; readonly obstacle: CaptureObstacle };

export function prevented(obstacle: CaptureObstacle): Prevented {
  return { kind: 'prevented', obstacle };
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
