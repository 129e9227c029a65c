// Health of the device's own things: the agent, its enrolment, its files.
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
import type { DeviceFacts } from './health-facts.ts';
import { lostRuns, mostRuns, type RunFacts } from './run-history.ts';

const dayMs = 24 * 3_600_000;
/** Enough for a person to see it and for an administrator to answer. */
const renewDays = 14;

export const deviceChecks = {
  'agent-running': check('agent-running', {
    needs: ['status'],
    judge: (_, words) => ok(words.answers),
  }),
  'agent-crashes': check('agent-crashes', {
    needs: ['runs'],
    judge: ({ runs }, words) => judgeRuns(runs, words),
  }),
  enrolled: check('enrolled', {
    needs: ['device'],
    judge({ device }, words) {
      switch (device.kind) {
        case 'enrolled':
          return ok(words.device(device.name, device.organisation));
        case 'unusable':
          return failed(device.fault, words.mend);
        case 'not-loaded':
          return failed(words.afterStart, words.restart);
        case 'absent':
          return failed(words.noDevice(device.directory), words.add(device.directory));
      }
    },
  }),
  'certificate-valid': check('certificate-valid', {
    needs: ['device'],
    after: ['enrolled'],
    judge: ({ device }, words) =>
      device.kind === 'enrolled' ? judgeCertificate(device, words) : notApplicable(words.none),
  }),
  profiles: check('profiles', {
    needs: ['profiles'],
    judge: ({ profiles }, words) => {
      const faults = profiles.flatMap(({ fault }) => fault ?? []);
      return faults.length === 0
        ? ok(`${profiles.length}: ${profiles.map(({ name }) => name).join(', ')}`)
        : failed(faults.join('; '), words.importAgain);
    },
  }),
  'microsoft-profile': check('microsoft-profile', {
    needs: ['profiles'],
    after: ['profiles'],
    judge: ({ profiles }, words) => {
      const enabled = profiles.find(({ name }) => name === 'microsoft')?.enabled;
      if (enabled === true) return ok(words.on);
      return enabled === false
        ? warning(words.off, 'opengsa profile enable microsoft')
        : notApplicable(words.nobodyDecides);
    },
  }),
  'named-locations': check('named-locations', {
    needs: ['locations'],
    judge: ({ locations: { count, fault } }, words) => {
      if (fault !== null) return failed(fault, words.importAgain);
      return count === 0 ? notApplicable(words.none) : ok(words.known(count));
    },
  }),
} as const;

/** Counts what was missed within a day; what went down with the machine is told apart. */
function judgeRuns(facts: RunFacts, words: CheckWords<'agent-crashes'>): Verdict {
  const { runs, fault, now, isRunning } = facts;
  if (fault !== null) return unknown(fault, words.makeWritable);
  const lost = lostRuns(facts).filter(({ missedAt }) => now - missedAt < dayMs);
  const crashed = lost.filter(({ withMachine }) => withMachine !== true);
  const down = lost.length - crashed.length;
  const rest = down === 0 ? [] : [words.withMachine(down)];
  const last = crashed.at(-1);
  if (last === undefined) return ok([words.none, ...rest].join('; '));
  const isGone = !isRunning && last.run === runs.at(-1);
  const newest = isGone
    ? words.gone(moment(last.run.startedAt))
    : words.lastly(moment(last.run.startedAt), moment(last.missedAt));
  // Older ones may be among those that were forgotten.
  const isCut = runs.length === mostRuns && now - (runs[0]?.startedAt ?? 0) < dayMs;
  const count = isCut ? words.atLeast(crashed.length) : words.times(crashed.length);
  return warning([`${count}, ${newest}`, ...rest].join('; '), words.collect);
}

/** To the second, in UTC. */
function moment(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

function judgeCertificate(
  { validFrom, validTo, now }: DeviceFacts & { readonly kind: 'enrolled' },
  words: CheckWords<'certificate-valid'>,
): Verdict {
  if (now < validFrom) return failed(words.tooEarly(day(validFrom), day(now)), words.setClock);
  if (now >= validTo) return failed(words.ranOut(day(validTo)), words.renew);
  const left = Math.floor((validTo - now) / dayMs);
  const measured = words.left(day(validTo), left);
  return left < renewDays ? warning(measured, words.renew) : ok(measured);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
