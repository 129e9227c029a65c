// What a person can copy out of a remedy: the commands that it names, and the text that a file is to hold.

const command = String.raw`(?:sudo|opengsa|opengsa-edge|export|ip|resolvectl) [^"]+`;
const quoted = new RegExp(`"(${command})"`, 'g');
/** After a colon, up to where the sentence goes on. */
const afterColon = new RegExp(`: (${command}?)(?=[,;"]|$)`, 'g');
const whole = /^(?:sudo|opengsa|opengsa-edge) (?:[a-z][a-z-]* ?){1,4}$/;
const policy = /\{.*\}/g;

/** In the order in which they stand there, each once. */
export function remedyCommands(remedy: string): readonly string[] {
  if (whole.test(remedy)) return [remedy];
  const found = [
    ...[...remedy.matchAll(quoted), ...remedy.matchAll(afterColon)].map(({ index, 1: text = '' }) => ({
      index,
      text: text.trim(),
    })),
    ...[...remedy.matchAll(policy)].map(({ index, 0: text }) => ({ index, text })),
  ];
  return [...new Set(found.toSorted((a, b) => a.index - b.index).map(({ text }) => text))];
}
