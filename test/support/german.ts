// What every German sentence must keep to, beside the English one that says the same.

/** English words that no German sentence has, whatever it names. */
const english =
  /\b(the|will|is|are|and|or|of|your|you|its|not|with|from|this|that|leaves?|sees?|address(es)?|traffic|cannot|while|there|no|see|run|set|ask|does|gives?|has|have|to|by|for|until|names)\b/i;

/** Commands, settings and what somebody else has said. */
const quoted = /"[^"]*"|\([^)]*\)|\b\w+=\w+|\bsudo [^;,]+|\bopengsa [a-z-]+( [a-z-]+)?/g;

/** What is a fact and no word: addresses, host names, numbers, paths, options, names in capitals. */
const facts =
  /[a-z\d-]+(?:\.[a-z\d-]+)+|[\da-f]+(?:::?[\da-f]+)+|(?<![\w.])\d+(?![\w])|\/[\w./-]*\w|[A-Z]{2,}_[A-Z_]+|\b(?:Contoso|Entra ID|Graph|Exchange|SharePoint|OpenGSA|TCP|UDP|IPv[46])\b/g;

/**
 * What is wrong with German words beside the English ones; nothing where they are good.
 *
 * @param raw what stands in both as somebody else has said it
 */
export function germanFaultsOf(
  inEnglish: string,
  inGerman: string,
  raw: readonly string[] = [],
): readonly string[] {
  const own = raw.reduce((text, part) => text.replaceAll(part, ''), inGerman);
  const lost = (inEnglish.match(facts) ?? []).filter((fact) => !inGerman.includes(fact));
  const left = english.exec(own.replaceAll(quoted, ''));
  return [
    ...(inEnglish === inGerman && own.trim() !== '' ? ['is the same as in English'] : []),
    ...(lost.length > 0 ? [`does not tell ${lost.join(', ')}`] : []),
    ...(left === null ? [] : [`says "${left[0]}"`]),
    ...(/\$\{|undefined|null|NaN|\[object|TODO/.test(inGerman) ? ['shows a placeholder'] : []),
    ...(/ {2}|\.\.| [.,;]/.test(inGerman) ? ['has spaces or full stops in a row'] : []),
    ...(inGerman.includes('!') ? ['shouts'] : []),
    ...(/[:*_]innen\b|\b(?:du|dich|dir|dein\w*)\b/i.test(inGerman) ? ['does not say "Sie"'] : []),
    ...(/\bIP\b|Gateway|geschützt|verborgen/.test(inGerman) ? ['has a word that is not ours'] : []),
    ...(inEnglish.endsWith('.') === inGerman.endsWith('.') ? [] : ['ends in another way']),
  ];
}
