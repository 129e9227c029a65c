// Health of the device's own things: the agent, its enrolment, its files.
import { check, failed, notApplicable, ok, warning } from './health-check.ts';
import type { DeviceFacts } from './health-facts.ts';

const dayMs = 24 * 3_600_000;
/** Enough for a person to see it and for an administrator to answer. */
const renewDays = 14;
const addDevice = 'run "opengsa-edge devices add NAME --out DIRECTORY" on the edge';

export const deviceChecks = {
  'agent-running': check({
    title: 'The agent runs',
    why: 'Without it nothing is captured, and programs that use its proxy reach nothing.',
    needs: ['status'],
    judge: () => ok('it answers'),
  }),
  enrolled: check({
    title: 'The device is enrolled',
    why: 'The edge lets in only devices that it knows.',
    needs: ['device'],
    judge: ({ device }) => {
      if (device.kind === 'enrolled') return ok(`${device.name} of ${device.organisation}`);
      if (device.kind === 'unusable') return failed(device.fault, 'mend that file, then restart the agent');
      return failed(
        `${device.directory} holds no device`,
        `${addDevice}, put the files into ${device.directory}, then restart the agent`,
      );
    },
  }),
  'certificate-valid': check({
    title: 'The device certificate is valid',
    why: 'The edge refuses a device whose certificate has run out.',
    needs: ['device'],
    after: ['enrolled'],
    judge: ({ device }) =>
      device.kind === 'enrolled' ? judgeCertificate(device) : notApplicable('no certificate'),
  }),
  profiles: check({
    title: 'The traffic profiles can be read',
    why: 'Destinations of a profile that cannot be read go directly.',
    needs: ['profiles'],
    judge: ({ profiles }) => {
      const faults = profiles.flatMap(({ fault }) => fault ?? []);
      return faults.length === 0
        ? ok(`${profiles.length}: ${profiles.map(({ name }) => name).join(', ')}`)
        : failed(faults.join('; '), 'import it again: opengsa profile import FILE');
    },
  }),
  'microsoft-profile': check({
    title: 'The Microsoft profile is on',
    why: 'While it is off, Microsoft 365 and Entra ID are reached directly.',
    needs: ['profiles'],
    after: ['profiles'],
    judge: ({ profiles }) => {
      const enabled = profiles.find(({ name }) => name === 'microsoft')?.enabled;
      if (enabled === true) return ok('on');
      return enabled === false
        ? warning('switched off', 'opengsa profile enable microsoft')
        : notApplicable('nothing decides while the agent does not run');
    },
  }),
  'named-locations': check({
    title: 'The named locations can be read',
    why: 'They say in which named location of Entra ID each address falls.',
    needs: ['locations'],
    judge: ({ locations: { count, fault } }) => {
      if (fault !== null)
        return failed(
          fault,
          'import them again: opengsa locations import FILE, or forget them: opengsa locations clear',
        );
      return count === 0 ? notApplicable('none are known') : ok(`${count} known`);
    },
  }),
} as const;

function judgeCertificate({ validFrom, validTo, now }: DeviceFacts & { readonly kind: 'enrolled' }) {
  const renew = `${addDevice} for a new one and put its files in place of the old ones`;
  if (now < validFrom)
    return failed(
      `not valid before ${day(validFrom)}; this machine says it is ${day(now)}`,
      "set this machine's clock",
    );
  if (now >= validTo) return failed(`ran out on ${day(validTo)}`, renew);
  const left = Math.floor((validTo - now) / dayMs);
  const measured = `until ${day(validTo)}, ${left} ${left === 1 ? 'day' : 'days'} left`;
  return left < renewDays ? warning(measured, renew) : ok(measured);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
