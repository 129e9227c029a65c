// The sign-in that outlasts the agent: with what it is renewed, and whose flows it is for. Readable by the agent's account only.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parse } from '../../protocol/parse.ts';
import { personOffer } from '../../protocol/person.ts';
import { readStateFile, writeStateFile } from '../state-file.ts';

const signIn = z.strictObject({
  issuer: personOffer.shape.issuers.element,
  /** The account whose flows are the person's; null where the machine does not tell accounts. */
  uid: z.int().min(0).nullable(),
  name: z.string(),
  /** Milliseconds since 1970. */
  signedInAt: z.int(),
  salt: z.string(),
  idToken: z.string(),
  refreshToken: z.string().nullable(),
});
export type KeptSignIn = z.output<typeof signIn>;

const schema = z.strictObject({ version: z.literal(1), signIn });

export type SignInFile = {
  /** @throws OpenGsaError `bad-config` for a file that does not hold one */
  readonly read: () => Promise<KeptSignIn | null>;
  readonly write: (kept: KeptSignIn) => Promise<void>;
  readonly remove: () => Promise<void>;
};

export function signInFile(stateDir: string): SignInFile {
  const path = join(stateDir, 'person.json');
  return {
    read: async () => {
      const value = await readStateFile(path);
      return value === null ? null : parse(schema, value, path, 'bad-config').signIn;
    },
    write: (kept) => writeStateFile(path, { version: 1, signIn: kept }),
    remove: () => rm(path, { force: true }),
  };
}
