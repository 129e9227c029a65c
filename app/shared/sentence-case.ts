// Sentences of words that the agent tells in the middle of others.

/** With a capital first, where it begins with a word: names, paths and addresses are shown as they are. */
export function sentenceCase(text: string): string {
  return /^\p{Ll}+(?:[\s,;:]|\.?$)/u.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

/** With its full stop too. */
export function wholeSentence(text: string): string {
  const sentence = sentenceCase(text);
  return sentence === '' || /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
