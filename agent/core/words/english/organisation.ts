// How an organisation is named in English, and whom a person is told to ask; null where it has no name.

export const organisation = {
  /** As the subject of a sentence. */
  name: (name: string | null) => name ?? 'Your organisation',
  /** Whom to ask. */
  it: (name: string | null) => (name === null ? 'your IT' : `${name} IT`),
};
