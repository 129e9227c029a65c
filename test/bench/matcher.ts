// Benchmark: how many decisions the matcher makes in a second.
import { readFileSync } from 'node:fs';
import { importEndpointList } from '../../protocol/profiles/endpoint-list.ts';
import { type Host, parseHost } from '../../protocol/destination.ts';
import { type Matcher, compileProfile } from '../../protocol/matcher.ts';
import { type Profile, parseProfile } from '../../protocol/profile.ts';
import { publishedListsPresent, readPublished } from '../support/published-lists.ts';

export type MatcherFigures = {
  readonly profile: string;
  readonly rules: number;
  readonly decisionsPerSecond: number;
};

/** What a machine asks for: names in and outside the profile, deep ones, and literal addresses. */
const hostTexts = [
  'outlook.office365.com',
  'login.microsoftonline.com',
  'contoso.sharepoint.com',
  'autodiscover.contoso.onmicrosoft.com',
  'eu-prod.asyncgw.teams.microsoft.com',
  'a.b.c.d.e.example.org',
  'www.example.com',
  'cdn.onenote.net',
  '13.107.6.153',
  '2603:1006::1',
  '192.0.2.1',
  '2001:db8::1',
];

/** Measures on the worldwide list where a copy lies beside the checkout, else on the built-in profile. */
export function measureMatcher(decisions = 3_000_000): MatcherFigures {
  const profile = benchProfile();
  const matcher = compileProfile(profile);
  const hosts = hostTexts.map(parseHost).filter((host) => host !== null);
  decide(matcher, hosts, decisions / 10);
  const begin = performance.now();
  decide(matcher, hosts, decisions);
  const seconds = (performance.now() - begin) / 1000;
  return {
    profile: profile.name,
    rules: profile.policies.reduce((sum, { rules }) => sum + rules.length, 0),
    decisionsPerSecond: Math.round(decisions / seconds),
  };
}

export function formatMatcherFigures({ profile, rules, decisionsPerSecond }: MatcherFigures): string {
  return `matcher: ${(decisionsPerSecond / 1e6).toFixed(2)} million decisions/s (goal 1; ${profile}, ${rules} rules)`;
}

function benchProfile(): Profile {
  if (publishedListsPresent) {
    const list = readPublished('m365-endpoints-worldwide.json');
    return importEndpointList(list, 'worldwide list', { name: 'worldwide list', version: 'bench' });
  }
  const file = new URL('../../assets/profiles/microsoft.json', import.meta.url);
  return parseProfile(JSON.parse(readFileSync(file, 'utf8')), 'microsoft.json');
}

/** Returns how many matched, so that the work cannot be left out as unused. */
function decide(matcher: Matcher, hosts: readonly Host[], decisions: number): number {
  let matched = 0;
  for (let i = 0; i < decisions; i++) {
    const host = hosts[i % hosts.length];
    if (host !== undefined && matcher.match(host, 443, 'tcp') !== null) matched++;
  }
  return matched;
}
