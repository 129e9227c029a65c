// The part of the PAC file's address that cannot be guessed: made once, so that a browser's setting outlasts a restart.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OpenGsaError } from '../protocol/error.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

const tokenFile = z.strictObject({ version: z.literal(1), token: z.string().regex(/^[0-9a-f]{32}$/) });

/** The stored token; a fresh one where there is none, where it cannot be read or where others may have read it. */
export async function openPacToken(stateDir: string, randomBytes: (size: number) => Buffer): Promise<string> {
  const path = join(stateDir, 'pac-token.json');
  const stored = (await isPrivate(path)) ? tokenFile.safeParse(await readQuietly(path)) : null;
  if (stored?.success === true) return stored.data.token;
  const token = randomBytes(16).toString('hex');
  await writeStateFile(path, { version: 1, token });
  return token;
}

async function isPrivate(path: string): Promise<boolean> {
  const facts = await lstat(path).catch(() => null);
  return facts !== null && facts.isFile() && (facts.mode & 0o077) === 0;
}

async function readQuietly(path: string): Promise<unknown> {
  try {
    return await readStateFile(path);
  } catch (error) {
    if (error instanceof OpenGsaError) return null;
    throw error;
  }
}
