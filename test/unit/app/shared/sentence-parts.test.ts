// Addresses in a sentence: found wherever they stand, and nothing is lost or added.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sentenceParts } from '../../../../app/shared/sentence-parts.ts';

const addressesIn = (sentence: string): readonly string[] =>
  sentenceParts(sentence).flatMap(({ text, isAddress }) => (isAddress ? [text] : []));

test.each([
  ['Entra ID will see the edge, 198.51.100.5.', ['198.51.100.5']],
  ['They see your own address, 203.0.113.7 or 2001:db8::7.', ['203.0.113.7', '2001:db8::7']],
  ['Two checks disagree (203.0.113.7, 203.0.113.9): tell IT.', ['203.0.113.7', '203.0.113.9']],
  ['203.0.113.7', ['203.0.113.7']],
  ['By you at 09:41, until 09:51.', []],
  ['Version 1.2.3 of edge-1.contoso.test, port 443.', []],
  ['<b>203.0.113.7</b> is text.', []],
  ['', []],
])('%s', (sentence, addresses) => {
  expect(addressesIn(sentence)).toEqual(addresses);
});

test('the pieces are the sentence', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6())), (pieces) => {
      const sentence = pieces.join(' ');
      expect(
        sentenceParts(sentence)
          .map(({ text }) => text)
          .join(''),
      ).toBe(sentence);
    }),
    { numRuns: 200, seed: 1 },
  );
});
