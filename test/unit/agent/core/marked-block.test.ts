// A block of ours in a person's file leaves every other byte alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockIn, withBlock, withoutBlock } from '../../../../agent/core/marked-block.ts';

const lines = 'export https_proxy="http://127.0.0.1:8088"\n';
const file = fc.option(fc.string({ unit: fc.constantFrom('a', '\n', '#', ' ', '\r', '\xff', '>>> ') }), {
  nil: null,
});

test('put in and taken out, any file is as it was', () => {
  fc.assert(
    fc.property(file, (text) => {
      const changed = withBlock(text, lines);
      expect(blockIn(changed)).toBe(lines);
      expect(changed.startsWith(text ?? '')).toBe(true);
      expect(withoutBlock(changed)).toBe(text);
      // Again, and with other lines: still one block.
      expect(withoutBlock(withBlock(changed, 'export https_proxy=""\n'))).toBe(text);
      expect(withBlock(changed, lines)).toBe(changed);
    }),
    { numRuns: 2000, seed: 19 },
  );
});

test('what the person adds around the block stays', () => {
  const changed = `first\n${withBlock('umask 022', lines)}last\n`;
  expect(withoutBlock(changed)).toBe('first\numask 022last\n');
  expect(withoutBlock(`${withBlock(null, lines)}mine\n`)).toBe('mine\n');
});

test('a file without a block has none', () => {
  expect(blockIn(null)).toBeNull();
  expect(blockIn('# >>> OpenGSA proxy, after the rest >>>\n')).toBeNull();
  expect(withoutBlock('umask 022\n')).toBe('umask 022\n');
});
