// Text of others made fit for a terminal: it moves no cursor, colours nothing, turns no direction and hides nothing.

/** `text` as part of a line, a table's cell for example: line ends and tabs are escaped as well. */
export function printable(text: string): string {
  return text.replaceAll(inLine, visibly);
}

/**
 * `text` with its line ends and tabs; everything else that steers a terminal stands there as `\u001b`, as JSON writes it. JSON
 * therefore means the same afterwards, and a person sees what was tried.
 */
export function printableLines(text: string): string {
  return text.replaceAll(inLines, visibly);
}

/**
 * Controls (C0, DEL, C1), format characters (overrides of the direction, spaces without a width, soft hyphens), line ends that
 * only some programs see, halves of characters.
 */
const steering = String.raw`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]`;

/** What looks the same with and without a joiner: there it only hides that two names differ. */
const plainScripts = String.raw`[\p{scx=Latin}\p{scx=Greek}\p{scx=Cyrillic}\p{scx=Inherited}]`;

/** Format characters that ordinary text is made of: emoji of several parts, Persian and Indic words, flags of regions. */
const ordinary = [
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{fe0f}])\u{200d}(?=\p{Extended_Pictographic})`,
  String.raw`(?<=[[\p{L}\p{M}]--${plainScripts}])[\u{200c}\u{200d}]`,
  String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f}`,
].join('|');

const inLine = new RegExp(`(?<kept>${ordinary})|${steering}`, 'gv');
const inLines = new RegExp(String.raw`(?<kept>${ordinary}|[\n\t])|${steering}`, 'gv');

function visibly(found: string, kept: string | undefined): string {
  return kept ?? found.replaceAll(/[^]/g, escaped);
}

/** RFC 8259 section 7: each UTF-16 unit by itself. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
