// Who may vouch for people at this edge, from its configuration: authorities in files become text, issuers get their keys.
import { readFileSync } from 'node:fs';
import { OpenGsaError } from '../protocol/error.ts';
import type { IssuerClient } from '../protocol/gateway/issuer-client.ts';
import type { OfferedIssuer } from '../protocol/person.ts';
import type { PeopleOptions } from './people/people.ts';
import { createIssuerKeys } from './people/issuer-keys.ts';
import type { PeopleSettings } from './people-config.ts';

export type PeopleLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};

export type LoadedPeople = Omit<PeopleOptions, 'devices'> & {
  /** To have people sign in by codes that this edge begins. @param issuer of the offer */
  readonly clientOf: (issuer: OfferedIssuer) => Promise<IssuerClient>;
};

/** @throws OpenGsaError `bad-config` with the path of the field and the file */
export function loadPeople(
  { issuers, required, sessionMinutes }: PeopleSettings,
  log: PeopleLog,
): LoadedPeople {
  const authorities = issuers.map(({ ca }, i) =>
    ca === undefined ? null : readAuthorities(ca, `people.issuers[${i}].ca`),
  );
  const offered = issuers.map(({ issuer, clientId, scopes }) => ({
    issuer: issuer.replace('{tenantid}', 'organizations'),
    clientId,
    scopes,
  }));
  return {
    offer: { required, issuers: offered },
    issuers: issuers.map((settings, i) => ({
      ...settings,
      audiences: [settings.clientId, ...settings.audiences],
      keys: createIssuerKeys(
        settings,
        authorities[i] ?? null,
        (reason) => log.warn({ issuer: settings.issuer, reason }, 'an issuer of sign-ins cannot be asked'),
        Date.now,
      ),
    })),
    clientOf: async (issuer) => {
      // Loaded on demand: few edges have anybody sign in by a code.
      const { createIssuerClient } = await import('../protocol/gateway/issuer-client.ts');
      const ca = authorities[offered.findIndex(({ issuer: url }) => url === issuer.issuer)] ?? null;
      // The edge keeps nobody signed in.
      const scopes = issuer.scopes.filter((scope) => scope !== 'offline_access');
      return createIssuerClient({ ...issuer, scopes }, ca);
    },
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
