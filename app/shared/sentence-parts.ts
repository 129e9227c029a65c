// Finds the addresses in a sentence, so that a window can emphasise them without taking text for markup.
import { parseAddress } from '../../protocol/address.ts';

export type SentencePart = { readonly text: string; readonly isAddress: boolean };

/** The sentence in pieces; joined they are the sentence again. */
export function sentenceParts(sentence: string): readonly SentencePart[] {
  const parts: SentencePart[] = [];
  for (const text of sentence.split(word).filter((piece) => piece !== '')) {
    const isAddress = parseAddress(text) !== null;
    const last = parts.at(-1);
    if (last === undefined || last.isAddress || isAddress) parts.push({ text, isAddress });
    else parts[parts.length - 1] = { text: last.text + text, isAddress };
  }
  return parts;
}

/** A run without spaces and brackets; the punctuation at its end is not part of it. */
const word = /([^\s,;()[\]]*[^\s,;()[\].:!?])/;
