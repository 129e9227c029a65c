// What is known of the device's enrolment from its files.
import { X509Certificate } from 'node:crypto';
import { explain, OpenGsaError } from '../protocol/error.ts';
import type { DeviceFacts } from './core/health-facts.ts';
import { type Credentials, readCredentials } from './tunnel/credentials.ts';

export function deviceFacts(credentials: Credentials, now: number): DeviceFacts {
  const { validFromDate, validToDate } = new X509Certificate(credentials.certificate);
  return {
    kind: 'enrolled',
    name: credentials.device.name,
    organisation: credentials.bundle.organisation,
    validFrom: validFromDate.getTime(),
    validTo: validToDate.getTime(),
    now,
  };
}

/** The credentials in `directory`, or how they cannot be used. */
export function findCredentials(directory: string): Credentials | DeviceFacts {
  try {
    return readCredentials(directory);
  } catch (error) {
    if (error instanceof OpenGsaError && error.code === 'not-enrolled') return { kind: 'absent', directory };
    return { kind: 'unusable', fault: explain(error) };
  }
}
