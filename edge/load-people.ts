// Who may vouch for people at this edge, from its configuration: authorities in files become text, issuers get their keys.
import { readFileSync } from 'node:fs';
import { OpenGsaError } from '../protocol/error.ts';
import type { PeopleOptions } from './people/people.ts';
import { createIssuerKeys } from './people/issuer-keys.ts';
import type { PeopleSettings } from './people-config.ts';

export type PeopleLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};

/** @throws OpenGsaError `bad-config` with the path of the field and the file */
export function loadPeople(
  { issuers, required, sessionMinutes }: PeopleSettings,
  log: PeopleLog,
): Omit<PeopleOptions, 'devices'> {
  return {
    offer: {
      required,
      issuers: issuers.map(({ issuer, clientId, scopes }) => ({
        issuer: issuer.replace('{tenantid}', 'organizations'),
        clientId,
        scopes,
      })),
    },
    issuers: issuers.map((settings, i) => ({
      ...settings,
      audiences: [settings.clientId, ...settings.audiences],
      keys: createIssuerKeys(
        settings,
        settings.ca === undefined ? null : readAuthorities(settings.ca, `people.issuers[${i}].ca`),
        (reason) => log.warn({ issuer: settings.issuer, reason }, 'an issuer of sign-ins cannot be asked'),
        Date.now,
      ),
    })),
    sessionMs: sessionMinutes * 60_000,
    nowMs: Date.now,
    onRefused: (thumbprint, reason) =>
      log.info({ thumbprint, reason }, 'a sign-in of a person did not count'),
  };
}

function readAuthorities(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${path}: ${file} cannot be read`, { cause });
  }
}
