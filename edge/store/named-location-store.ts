// Named locations that administrators registered while the edge ran, beside those of its configuration.

export type StoredLocation = {
  readonly id: string;
  readonly name: string;
  readonly trusted: boolean;
  /** Canonical prefixes. */
  readonly ranges: readonly string[];
  readonly createdAt: string;
  readonly modifiedAt: string;
};

export type NamedLocationStore = {
  /** By name. */
  readonly list: () => readonly StoredLocation[];
  /** Adds it, or replaces the one of its id. */
  readonly put: (location: StoredLocation) => void;
  /** @returns whether there was one */
  readonly remove: (id: string) => boolean;
};
