// A typed catalogue: every text of a view in every language that people are spoken to in.
import type { Language } from '../../protocol/language.ts';

/** `T` maps keys to texts, or to functions that put values into them. */
export type Strings<T> = Readonly<Record<Language, T>>;
