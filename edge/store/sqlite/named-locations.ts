// Named locations in SQLite.
import { z } from 'zod';
import type { NamedLocationStore, StoredLocation } from '../named-location-store.ts';
import type { Database } from './database.ts';

const ranges = z.array(z.string());
const locationRow = z
  .object({
    id: z.string(),
    name: z.string(),
    trusted: z.int(),
    ranges: z.string(),
    created_at: z.string(),
    modified_at: z.string(),
  })
  .transform(({ id, name, trusted, ranges: text, created_at, modified_at }): StoredLocation => ({
    ...{ id, name, trusted: trusted === 1, ranges: ranges.parse(JSON.parse(text)) },
    createdAt: created_at,
    modifiedAt: modified_at,
  }));

export function createNamedLocationStore({ prepare, read }: Database): NamedLocationStore {
  const list = prepare('SELECT * FROM named_locations ORDER BY name, id');
  const put = prepare(
    `INSERT INTO named_locations (id, name, trusted, ranges, created_at, modified_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, trusted = excluded.trusted, ranges = excluded.ranges,
       modified_at = excluded.modified_at`,
  );
  const remove = prepare('DELETE FROM named_locations WHERE id = ?');
  return {
    list: () => read(z.array(locationRow), list.all()),
    put: ({ id, name, trusted, ranges: prefixes, createdAt, modifiedAt }) =>
      void put.run(id, name, trusted ? 1 : 0, JSON.stringify(prefixes), createdAt, modifiedAt),
    remove: (id) => remove.run(id).changes === 1,
  };
}
