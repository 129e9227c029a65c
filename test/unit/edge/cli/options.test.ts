// Numbers as people type them after a look at a list: one rule and one message for all commands.
import { describe, expect, test } from 'vitest';
import { numberOf } from '../../../../edge/cli/options.ts';

describe('numberOf', () => {
  test.each(['1', '42', '999999999'])('takes %s', (text) => {
    expect(numberOf(text, 'an invitation')).toBe(Number(text));
  });

  test.each(['', '0', '01', '-1', '+1', '1.5', '1e3', ' 1', '0x1', 'seven', '1000000000'])(
    'refuses %j and says what it is no number of',
    (text) => {
      expect(() => numberOf(text, 'an invitation')).toThrow(
        expect.objectContaining({
          code: 'bad-usage',
          message: `${JSON.stringify(text)} is no number of an invitation`,
        }),
      );
    },
  );
});
