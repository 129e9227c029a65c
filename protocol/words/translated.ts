// The shape that a catalogue has in every language: English says which sentences there are and what goes into them.

/** As `T`, with other words: each text is some text, and each sentence takes the same parameters. */
export type Translated<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer A) => string
      ? (...values: A) => string
      : Translated<T[K]>;
};
