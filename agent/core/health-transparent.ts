// Health of capture without configured programs: what the kernel, the account and other rules must allow (Linux).
import { formatPrefix, parseAddress, prefixContains, parsePrefix } from '../../protocol/address.ts';
import type { HealthCheckId } from '../../protocol/health-report.ts';
import { check, failed, notApplicable, ok, unknown, type Verdict, warning } from './health-check.ts';
import type { NftFacts, SessionFacts } from './health-facts.ts';

const byProxy = 'capture is by proxy only (capture.mode)';
/** Linux 5.12 has tables that vanish with the program that made them. */
const leastKernel = [5, 12] as const;
/** CAP_NET_ADMIN, capabilities(7). */
const netAdmin = 1n << 12n;

export const transparentChecks = {
  'capture-system': check({
    title: 'The system can capture',
    why: 'Capture needs rules that vanish with the agent, so that its death does not cut the network.',
    needs: ['transparent', 'kernel'],
    judge: ({ transparent, kernel: { platform, release } }) => {
      if (transparent === null) return notApplicable(byProxy);
      if (platform !== 'linux') return failed(platform, 'set capture.mode to proxy: only Linux can');
      return isKernelEnough(release)
        ? ok(`Linux ${release}`)
        : failed(
            `Linux ${release}`,
            `use Linux ${leastKernel.join('.')} or later, or set capture.mode to proxy`,
          );
    },
  }),
  'capture-account': check({
    title: 'The agent has an account of its own',
    why: 'Its own traffic is told from that of programs by the account.',
    needs: ['transparent', 'kernel'],
    judge: ({ transparent, kernel: { uid } }) => {
      if (transparent === null) return notApplicable(byProxy);
      return uid === 0
        ? failed('it runs as root', 'run it under an account of its own (User= in its unit)')
        : ok(`account ${uid}`);
    },
  }),
  'capture-capability': check({
    title: 'The agent may set up the capture',
    why: 'Without CAP_NET_ADMIN the kernel refuses its rules.',
    needs: ['transparent', 'kernel'],
    judge: ({ transparent, kernel: { effectiveCapabilities } }) => {
      if (transparent === null) return notApplicable(byProxy);
      return (effectiveCapabilities & netAdmin) === 0n
        ? failed(
            'CAP_NET_ADMIN is missing',
            'add AmbientCapabilities=CAP_NET_ADMIN to its unit, then restart it',
          )
        : ok('CAP_NET_ADMIN');
    },
  }),
  'capture-nft': check({
    title: 'nftables is installed',
    why: 'The agent sets its rules through the program nft.',
    needs: ['transparent', 'nft'],
    judge: ({ transparent, nft: { version } }) => {
      if (transparent === null) return notApplicable(byProxy);
      return version === null ? failed('nft was not found', 'install the package nftables') : ok(version);
    },
  }),
  'foreign-notrack': foreignCheck('notrack', {
    title: 'No rule keeps connections untracked',
    why: 'The kernel redirects only connections that it tracks.',
    remedy: 'leave the captured ports out of that rule (notrack)',
  }),
  'foreign-port-53': foreignCheck('port53', {
    title: 'Nobody else redirects DNS',
    why: 'Where another program takes the questions first, names are not captured.',
    remedy: 'switch that redirection of port 53 off, or set capture.mode to proxy',
  }),
  'rp-filter': check({
    title: 'The path filter is known',
    why: 'A strict filter drops answers that come by another interface; it is shown for whoever looks for lost packets.',
    needs: ['transparent', 'kernel'],
    judge: ({ transparent, kernel: { rpFilter } }) => {
      if (transparent === null) return notApplicable(byProxy);
      return rpFilter === null
        ? unknown('net.ipv4.conf.all.rp_filter cannot be read')
        : ok(`rp_filter ${rpFilter}`);
    },
  }),
  'synthetic-range': check({
    title: 'The synthetic range is free',
    why: 'Its addresses stand for names; whoever really has one could not be reached.',
    needs: ['transparent', 'kernel'],
    judge: ({ transparent, kernel: { inSyntheticRange, syntheticRange } }) => {
      if (transparent === null) return notApplicable(byProxy);
      return inSyntheticRange.length === 0
        ? ok(formatPrefix(syntheticRange))
        : failed(
            `${formatPrefix(syntheticRange)} is in use: ${inSyntheticRange.join(', ')}`,
            'choose another /16 in agent.yaml (capture.transparent.syntheticRange)',
          );
    },
  }),
  'guard-table': check({
    title: 'No dead agent left its guard behind',
    why: 'A guard without an agent refuses what the profiles harden, although capture is off.',
    needs: ['nft'],
    judge: ({ nft: { version, rules } }) => {
      if (version === null) return notApplicable('nft is not installed');
      if ('kind' in rules) return unknown(rules.fault);
      return rules.guardTable && !rules.ownTable
        ? failed('inet opengsa_guard stands without inet opengsa', 'sudo nft delete table inet opengsa_guard')
        : ok('none');
    },
  }),
  'capture-running': check({
    title: 'Programs are captured',
    why: 'Otherwise programs that know of no proxy go past the agent.',
    needs: ['transparent'],
    after: ['capture-system', 'capture-account', 'capture-capability', 'capture-nft', 'synthetic-range'],
    judge: ({ transparent }) => {
      if (transparent === null) return notApplicable(byProxy);
      const { state, obstacles } = transparent;
      const sentences = obstacles.map(({ sentence }) => sentence).join('; ');
      const remedy = obstacles.map((obstacle) => obstacle.remedy).join('; ');
      if (state === 'failed') return failed(sentences === '' ? 'it failed' : sentences, orLog(remedy));
      if (obstacles.length > 0) return warning(sentences, remedy);
      return state === 'on' ? ok('on') : warning('idle while you have it off', 'opengsa connect');
    },
  }),
  'synthetic-address': check({
    title: 'A captured name gets a synthetic address',
    why: 'It shows that questions for names of your programs reach the agent.',
    needs: ['session'],
    after: ['capture-running'] satisfies readonly HealthCheckId[],
    judge: ({ session }) => judgeResolved(session),
  }),
} as const;

function judgeResolved({ expected: { captured }, resolved }: SessionFacts): Verdict {
  if (captured === null) return notApplicable('no name is captured');
  const { name, syntheticRange } = captured;
  const range = parsePrefix(syntheticRange);
  if (resolved === null || range === null) return unknown(`${name} was not asked`);
  const remedy =
    'see the checks of browsers and of port 53; programs that were started before the capture may remember addresses';
  if ('kind' in resolved) return failed(`${name}: ${resolved.fault}`, remedy);
  const isSynthetic = (text: string): boolean => {
    const address = parseAddress(text);
    return address !== null && prefixContains(range, address);
  };
  const measured = `${name} is ${resolved.join(', ')}`;
  return resolved.length > 0 && resolved.every(isSynthetic) ? ok(measured) : failed(measured, remedy);
}

function foreignCheck(
  kind: 'notrack' | 'port53',
  { title, why, remedy }: { readonly title: string; readonly why: string; readonly remedy: string },
) {
  return check({
    ...{ title, why },
    needs: ['transparent', 'nft'],
    after: ['capture-nft'],
    judge: ({ transparent, nft }) => {
      if (transparent === null) return notApplicable(byProxy);
      return judgeForeign(nft.rules, kind, remedy);
    },
  });
}

function judgeForeign(rules: NftFacts['rules'], kind: 'notrack' | 'port53', remedy: string): Verdict {
  if ('kind' in rules) return unknown(rules.fault);
  const found = rules[kind];
  // The rule may be for another interface or destination: it is shown, and the probe of the capture decides.
  return found.length === 0 ? ok('none') : warning(found.join(', '), remedy);
}

function orLog(remedy: string): string {
  return remedy === '' ? 'see the log of the agent' : remedy;
}

function isKernelEnough(release: string): boolean {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  const [leastMajor, leastMinor] = leastKernel;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
