// The named locations that were imported here: one file in the state directory, and the list that is in force.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { explain } from '../protocol/error.ts';
import { type NamedLocation, namedLocationList } from '../protocol/named-location.ts';
import { parse } from '../protocol/parse.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

export type ImportedLocations = {
  readonly locations: readonly NamedLocation[];
  /** ISO 8601; null: nothing was imported. */
  readonly importedAt: string | null;
};

const stored = z.strictObject({
  version: z.literal(1),
  importedAt: z.iso.datetime(),
  locations: namedLocationList,
});

const nothing: ImportedLocations = { locations: [], importedAt: null };

export function locationsPath(stateDir: string): string {
  return join(stateDir, 'named-locations.json');
}

/** A file that cannot be used stops nothing: then nothing is imported, and `fault` says why. */
export async function readImportedLocations(
  stateDir: string,
): Promise<ImportedLocations & { readonly fault: string | null }> {
  const path = locationsPath(stateDir);
  try {
    const value = await readStateFile(path);
    if (value === null) return { ...nothing, fault: null };
    const { locations, importedAt } = parse(stored, value, path, 'bad-config');
    return { locations, importedAt, fault: null };
  } catch (error) {
    return { ...nothing, fault: explain(error) };
  }
}

/** Replaces the list as a whole; null forgets it. */
export async function writeImportedLocations(
  stateDir: string,
  imported: { readonly locations: readonly NamedLocation[]; readonly importedAt: string } | null,
): Promise<void> {
  const path = locationsPath(stateDir);
  if (imported === null) await rm(path, { force: true });
  else await writeStateFile(path, { version: 1, ...imported });
}
