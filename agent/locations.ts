// Every named location that the agent knows, the edge's and the imported ones, ready to judge addresses by.
import type { Clock } from './clock.ts';
import type { StatusInputs } from './core/status-inputs.ts';
import { readImportedLocations, writeImportedLocations } from './location-store.ts';
import { OpenGsaError } from '../protocol/error.ts';
import { buildLocationIndex, type SourcedLocation } from '../protocol/location-verdict.ts';
import type { KnownLocations } from '../protocol/management.ts';
import type { NamedLocation } from '../protocol/named-location.ts';
import type { View } from '../protocol/view.ts';

export type Locations = {
  /** For projections. @param fromEdge what the edge's last view names */
  readonly known: (fromEdge: View['namedLocations']) => StatusInputs['locations'];
  /** For people. */
  readonly list: (fromEdge: View['namedLocations']) => KnownLocations;
  /** In force when it is stored; where it cannot be stored, the list before stays in force. */
  readonly replace: (locations: readonly NamedLocation[]) => Promise<void>;
  /** @throws OpenGsaError `not-found` */
  readonly remove: (name: string) => Promise<void>;
  readonly clear: () => Promise<void>;
};

/** While no edge has told any. One value, so that what is made of it is made once. */
export const noLocations: View['namedLocations'] = [];

export async function openLocations(stateDir: string, clock: Clock): Promise<Locations> {
  let imported = await readImportedLocations(stateDir);
  let made: { readonly fromEdge: View['namedLocations']; readonly value: StatusInputs['locations'] } | null =
    null;
  const store = async (locations: readonly NamedLocation[] | null): Promise<void> => {
    const importedAt = new Date(clock.now()).toISOString();
    await writeImportedLocations(stateDir, locations && { locations, importedAt });
    imported = { locations: locations ?? [], importedAt: locations && importedAt, fault: null };
    made = null;
  };
  const all = (fromEdge: View['namedLocations']): readonly SourcedLocation[] => [
    ...fromEdge.map((one) => ({ kind: 'ranges', source: 'edge', ...one }) as const),
    ...imported.locations.map((one) => ({ ...one, source: 'imported' }) as const),
  ];
  return {
    known(fromEdge) {
      if (made?.fromEdge !== fromEdge) {
        const locations = all(fromEdge);
        made = {
          fromEdge,
          value: { index: buildLocationIndex(locations), summary: summary(locations, imported) },
        };
      }
      return made.value;
    },
    list: (fromEdge) => ({
      stateDir,
      locations: all(fromEdge).map(({ source, ...location }) => ({ source, location })),
      importedAt: imported.importedAt,
      fault: imported.fault,
    }),
    replace: store,
    async remove(name) {
      const left = imported.locations.filter((one) => one.name !== name);
      if (left.length === imported.locations.length) throw noSuchLocation(name, imported.locations);
      await store(left.length === 0 ? null : left);
    },
    clear: () => store(null),
  };
}

function noSuchLocation(name: string, known: readonly NamedLocation[]): OpenGsaError {
  const there = known.length === 0 ? 'none is known' : `there is ${known.map((one) => one.name).join(', ')}`;
  return new OpenGsaError('not-found', `no location ${name} was imported; ${there}`);
}

function summary(
  locations: readonly SourcedLocation[],
  { importedAt, fault }: { readonly importedAt: string | null; readonly fault: string | null },
): StatusInputs['locations']['summary'] {
  const imported = locations.filter(({ source }) => source === 'imported').length;
  const notJudged = locations.filter(({ kind }) => kind !== 'ranges').map(({ name }) => name);
  return { edge: locations.length - imported, imported, importedAt, notJudged, fault };
}
