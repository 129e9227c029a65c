// Reading a secret: from a pipe, and from a terminal that must not show it.
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readSecretText } from '../../../../agent/cli/secret-input.ts';

const question = { prompt: 'Paste it:', isComplete: (text: string) => text.endsWith('.'), maxLength: 40 };

describe('standard input', () => {
  test('is read to its end', async () => {
    const terminal = { input: Readable.from(['one\n', 'two\n']), errorLine: () => undefined, stop: never };
    expect(await readSecretText(terminal, question)).toBe('one\ntwo\n');
  });

  test('is refused where it goes on and on', async () => {
    const terminal = { input: Readable.from(['x'.repeat(41)]), errorLine: () => undefined, stop: never };
    await expect(readSecretText(terminal, question)).rejects.toThrow(/too long/);
  });
});

describe('a terminal', () => {
  const typed = async (...chunks: string[]) => {
    const modes: boolean[] = [];
    const said: string[] = [];
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (mode: boolean) => void modes.push(mode),
    });
    const reading = readSecretText(
      { input, errorLine: (line) => void said.push(line), stop: never },
      question,
    );
    for (const chunk of chunks) input.write(chunk);
    const outcome = await reading.catch((error: unknown) => error);
    expect(modes).toEqual([true, false]);
    expect(said).toEqual(['Paste it:']);
    return outcome;
  };

  test('ends with the line that makes it complete', async () => {
    expect(await typed('ab', 'c.\r')).toBe('abc.');
    expect(await typed('ab\r', 'c.\r')).toBe('ab\nc.');
  });

  test('ends with an empty line or the end of input, complete or not', async () => {
    expect(await typed('abc\r\r')).toBe('abc\n');
    expect(await typed('abc\u0004')).toBe('abc');
  });

  test('takes typing back, and gives up when interrupted', async () => {
    expect(await typed('abx\u007fc.\r')).toBe('abc.');
    expect(await typed('ab\u0003')).toMatchObject({ code: 'bad-usage', message: 'given up' });
    expect(await typed('x'.repeat(41))).toMatchObject({ message: 'the text is too long' });
  });
});

const never = new AbortController().signal;
