// Health of capture without configured programs: what the kernel, the account and other rules must allow (Linux).
import { formatPrefix, parseAddress, prefixContains, parsePrefix } from '../../protocol/address.ts';
import type { HealthCheckId } from '../../protocol/health-checks.ts';
import { obstacleWords } from './capture-obstacle.ts';
import {
  check,
  type CheckWords,
  failed,
  notApplicable,
  ok,
  unknown,
  type Verdict,
  warning,
} from './health-check.ts';
import type { NftFacts, SessionFacts } from './health-facts.ts';

/** Linux 5.12 has tables that vanish with the program that made them. */
const leastKernel = [5, 12] as const;
/** CAP_NET_ADMIN, capabilities(7). */
const netAdmin = 1n << 12n;

export const transparentChecks = {
  'capture-system': check('capture-system', {
    needs: ['transparent', 'kernel'],
    judge: ({ transparent, kernel: { platform, release } }, words) => {
      if (transparent === null) return notApplicable(words.byProxy);
      if (platform !== 'linux') return failed(platform, words.onlyLinux);
      return isKernelEnough(release)
        ? ok(`Linux ${release}`)
        : failed(`Linux ${release}`, words.laterLinux(leastKernel.join('.')));
    },
  }),
  'capture-account': check('capture-account', {
    needs: ['transparent', 'kernel'],
    judge: ({ transparent, kernel: { uid } }, words) => {
      if (transparent === null) return notApplicable(words.byProxy);
      return uid === 0 ? failed(words.root, words.ownAccount) : ok(words.account(uid));
    },
  }),
  'capture-capability': check('capture-capability', {
    needs: ['transparent', 'kernel'],
    judge: ({ transparent, kernel: { effectiveCapabilities } }, words) => {
      if (transparent === null) return notApplicable(words.byProxy);
      return (effectiveCapabilities & netAdmin) === 0n
        ? failed(words.missing, words.add)
        : ok('CAP_NET_ADMIN');
    },
  }),
  'capture-nft': check('capture-nft', {
    needs: ['transparent', 'nft'],
    judge: ({ transparent, nft: { version } }, words) => {
      if (transparent === null) return notApplicable(words.byProxy);
      return version === null ? failed(words.notFound, words.install) : ok(version);
    },
  }),
  'foreign-notrack': foreignCheck('foreign-notrack', 'notrack'),
  'foreign-port-53': foreignCheck('foreign-port-53', 'port53'),
  'rp-filter': check('rp-filter', {
    needs: ['transparent', 'kernel'],
    judge: ({ transparent, kernel: { rpFilter } }, words) => {
      if (transparent === null) return notApplicable(words.byProxy);
      return rpFilter === null ? unknown(words.unreadable) : ok(`rp_filter ${rpFilter}`);
    },
  }),
  'synthetic-range': check('synthetic-range', {
    needs: ['transparent', 'kernel'],
    judge: ({ transparent, kernel: { inSyntheticRange, syntheticRange } }, words) => {
      if (transparent === null) return notApplicable(words.byProxy);
      const range = formatPrefix(syntheticRange);
      return inSyntheticRange.length === 0
        ? ok(range)
        : failed(words.inUse(range, inSyntheticRange.join(', ')), words.chooseOther);
    },
  }),
  'guard-table': check('guard-table', {
    needs: ['nft'],
    judge: ({ nft: { version, rules } }, words) => {
      if (version === null) return notApplicable(words.noNft);
      if ('kind' in rules) return unknown(rules.fault);
      return rules.guardTable && !rules.ownTable
        ? failed(words.left, 'sudo nft delete table inet opengsa_guard')
        : ok(words.none);
    },
  }),
  'capture-running': check('capture-running', {
    needs: ['transparent'],
    after: ['capture-system', 'capture-account', 'capture-capability', 'capture-nft', 'synthetic-range'],
    judge: ({ transparent }, words, language) => {
      if (transparent === null) return notApplicable(words.byProxy);
      const { state } = transparent;
      const obstacles = transparent.obstacles.map((obstacle) => obstacleWords(obstacle, language));
      const sentences = obstacles.map(({ sentence }) => sentence).join('; ');
      const remedies = obstacles.map(({ remedy }) => remedy).join('; ');
      if (state === 'failed')
        return obstacles.length === 0 ? failed(words.failed, words.seeLog) : failed(sentences, remedies);
      if (obstacles.length > 0) return warning(sentences, remedies);
      return state === 'on' ? ok(words.on) : warning(words.idle, 'opengsa connect');
    },
  }),
  'synthetic-address': check('synthetic-address', {
    needs: ['session'],
    after: ['capture-running'] satisfies readonly HealthCheckId[],
    judge: ({ session }, words) => judgeResolved(session, words),
  }),
} as const;

function judgeResolved(
  { expected: { captured }, resolved }: SessionFacts,
  words: CheckWords<'synthetic-address'>,
): Verdict {
  if (captured === null) return notApplicable(words.noName);
  const { name, syntheticRange } = captured;
  const range = parsePrefix(syntheticRange);
  if (resolved === null || range === null) return unknown(words.notAsked(name));
  if ('kind' in resolved) return failed(`${name}: ${resolved.fault}`, words.remedy);
  const isSynthetic = (text: string): boolean => {
    const address = parseAddress(text);
    return address !== null && prefixContains(range, address);
  };
  const measured = words.resolved(name, resolved.join(', '));
  return resolved.length > 0 && resolved.every(isSynthetic) ? ok(measured) : failed(measured, words.remedy);
}

function foreignCheck(id: 'foreign-notrack' | 'foreign-port-53', kind: 'notrack' | 'port53') {
  return check(id, {
    needs: ['transparent', 'nft'],
    after: ['capture-nft'],
    judge: ({ transparent, nft }, words) => {
      if (transparent === null) return notApplicable(words.byProxy);
      return judgeForeign(nft.rules, kind, words);
    },
  });
}

function judgeForeign(
  rules: NftFacts['rules'],
  kind: 'notrack' | 'port53',
  { none, remedy }: CheckWords<'foreign-notrack' | 'foreign-port-53'>,
): Verdict {
  if ('kind' in rules) return unknown(rules.fault);
  const found = rules[kind];
  // The rule may be for another interface or destination: it is shown, and the probe of the capture decides.
  return found.length === 0 ? ok(none) : warning(found.join(', '), remedy);
}

function isKernelEnough(release: string): boolean {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  const [leastMajor, leastMinor] = leastKernel;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
