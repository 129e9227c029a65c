// The first messages on the management socket: each end proves over fresh nonces that it holds the key file.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { OpenGsaError } from '../../protocol/error.ts';
import type { Language } from '../../protocol/language.ts';
import { hello, managementVersion, proof } from '../../protocol/management.ts';
import { parse } from '../../protocol/parse.ts';

export type Hello = z.infer<typeof hello>;
export type Proof = z.infer<typeof proof>;

/** Whose proof it is. The role is part of it, so that one end's proof cannot be sent back as the other's. */
export type Role = 'server' | 'client';

export function makeHello(program: string, nonce: string, language?: Language): Hello {
  const asked = language === undefined ? {} : { language };
  return { type: 'hello', version: managementVersion, program, nonce, ...asked };
}

/** @throws OpenGsaError `bad-message`, or `version-mismatch` that names both versions */
export function readHello(value: unknown, peer: string): Hello {
  const message = parse(hello, value, `hello of the ${peer}`);
  if (message.version === managementVersion) return message;
  throw new OpenGsaError(
    'version-mismatch',
    `the ${peer} (${message.program}) speaks version ${message.version}, this program ${managementVersion}. ` +
      'Update both to the same release and start the agent again',
  );
}

/** HMAC-SHA-256 over the role and both nonces. */
export function makeProof(role: Role, key: Buffer, client: Hello, server: Hello): Proof {
  const text = ['opengsa management', role, managementVersion, client.nonce, server.nonce].join('\n');
  return { type: 'proof', mac: createHmac('sha256', key).update(text).digest('base64url') };
}

/** @throws OpenGsaError `access-denied` where `value` is not the proof of `role` */
export function checkProof(value: unknown, role: Role, key: Buffer, client: Hello, server: Hello): void {
  const given = Buffer.from(parse(proof, value, `proof of the ${role}`).mac, 'base64url');
  const wanted = Buffer.from(makeProof(role, key, client, server).mac, 'base64url');
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new OpenGsaError(
    'access-denied',
    `the ${role} could not prove that it holds the key of the management socket`,
  );
}
