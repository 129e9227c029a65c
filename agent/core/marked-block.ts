// A block of ours in a file of a person's: put in and taken out so that every other byte stays as it was.

/** How the block was joined to the file, so that taking it out undoes exactly that. */
type Joint = 'after the rest' | 'after a line without an end' | 'in a file of its own';

const start = '# >>> OpenGSA proxy, ';
const end = '# <<< OpenGSA proxy <<<';
const block = /(\n?)# >>> OpenGSA proxy, ([a-z ]+) >>>\n([\s\S]*?)# <<< OpenGSA proxy <<<\n/;

/** The lines within the block, or null where there is none. */
export function blockIn(text: string | null): string | null {
  return (text === null ? null : block.exec(text)?.[3]) ?? null;
}

/**
 * @param text the file, null where there is none
 * @param lines each with its end
 */
export function withBlock(text: string | null, lines: string): string {
  const rest = withoutBlock(text);
  if (rest === null) return framed('in a file of its own', lines);
  if (rest === '' || rest.endsWith('\n')) return rest + framed('after the rest', lines);
  return `${rest}\n${framed('after a line without an end', lines)}`;
}

/** The file as it was before, null where there was none. Text that was added around the block since stays. */
export function withoutBlock(text: string | null): string | null {
  const match = text === null ? null : block.exec(text);
  if (text === null || match === null) return text;
  const [all, newline = '', joint] = match;
  const kept = joint === ('after a line without an end' satisfies Joint) ? '' : newline;
  const rest = text.slice(0, match.index) + kept + text.slice(match.index + all.length);
  return rest === '' && joint === ('in a file of its own' satisfies Joint) ? null : rest;
}

function framed(joint: Joint, lines: string): string {
  return `${start}${joint} >>>\n${lines}${end}\n`;
}
