// Lines out of a text that arrives in pieces.

/** Takes pieces one after the other and gives the lines that each completes, without their ends. */
export function createLineSplitter(): (piece: string) => string[] {
  let rest = '';
  return (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    return lines.filter((line) => line !== '');
  };
}
