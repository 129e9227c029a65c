// Reads a secret text: typed or pasted at a prompt without being shown, or from standard input.
import type { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { OpenGsaError } from '../../protocol/error.ts';
import type { Terminal } from './terminal.ts';

const interrupt = '\u0003';
const endOfInput = '\u0004';

/**
 * @param prompt shown where a person types
 * @param isComplete whether what was typed up to the end of a line is all of it; an empty line ends it too
 * @param maxLength in characters
 * @throws OpenGsaError `bad-usage` where the person gives up or the text is longer
 */
export async function readSecretText(
  terminal: Pick<Terminal, 'input' | 'errorLine' | 'stop'>,
  { prompt, isComplete, maxLength }: SecretQuestion,
): Promise<string> {
  const { input } = terminal;
  if (!isTerminal(input)) return readAll(input, maxLength, terminal.stop);
  terminal.errorLine(prompt);
  input.setRawMode(true);
  try {
    return await readTyped(input, { isComplete, maxLength });
  } finally {
    input.setRawMode(false);
    input.pause();
  }
}

export type SecretQuestion = {
  readonly prompt: string;
  readonly isComplete: (text: string) => boolean;
  readonly maxLength: number;
};

function isTerminal(input: Readable): input is ReadStream {
  return (input as Partial<ReadStream>).isTTY === true;
}

function readTyped(
  input: ReadStream,
  { isComplete, maxLength }: Omit<SecretQuestion, 'prompt'>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (act: () => void): void => {
      input.off('data', take);
      input.off('end', ended);
      act();
    };
    const ended = (): void => end(() => resolve(text));
    const give = (why: string): void => end(() => reject(new OpenGsaError('bad-usage', why)));
    const take = (chunk: string): void => {
      for (const character of chunk) {
        const typed = afterCharacter(text, character, isComplete);
        if (typed.kind === 'complete') {
          ended();
          return;
        }
        if (typed.kind === 'given-up') {
          give('given up');
          return;
        }
        ({ text } = typed);
      }
      if (text.length > maxLength) give('the text is too long');
    };
    input.setEncoding('utf8');
    input.on('data', take);
    input.on('end', ended);
  });
}

type Typed =
  | { readonly kind: 'more'; readonly text: string }
  | { readonly kind: 'complete' }
  | { readonly kind: 'given-up' };

/** What one key does to the text; of a terminal in raw mode the keys that edit are the program's to understand. */
function afterCharacter(text: string, character: string, isComplete: (text: string) => boolean): Typed {
  switch (character) {
    case interrupt:
      return { kind: 'given-up' };
    case endOfInput:
      return { kind: 'complete' };
    case '\u007f':
    case '\b':
      return { kind: 'more', text: text.slice(0, -1) };
    case '\r':
    case '\n': {
      const isEmptyLine = text.endsWith('\n');
      return isEmptyLine || isComplete(text) ? { kind: 'complete' } : { kind: 'more', text: `${text}\n` };
    }
    default:
      return { kind: 'more', text: text + character };
  }
}

async function readAll(input: Readable, maxLength: number, stop: AbortSignal): Promise<string> {
  stop.addEventListener('abort', () => input.destroy());
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > maxLength) throw new OpenGsaError('bad-usage', 'standard input: the text is too long');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
