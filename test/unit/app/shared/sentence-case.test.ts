// What gets a capital first, and what must be shown as it is.
import { expect, test } from 'vitest';
import { sentenceCase, wholeSentence } from '../../../../app/shared/sentence-case.ts';

test.each([
  ['it answers', 'It answers'],
  ['über IPv4', 'Über IPv4'],
  ['none', 'None'],
  ['known, and kept up to date', 'Known, and kept up to date'],
  ['Already one', 'Already one'],
])('%s: %s', (text, expected) => {
  expect(sentenceCase(text)).toBe(expected);
});

test.each([
  '/var/lib/opengsa holds no device',
  'edge.contoso.test answers',
  'workstation-7 of Contoso',
  'eth0 via 192.0.2.1',
  '2: custom, microsoft',
  '',
])('%s stays', (text) => {
  expect(sentenceCase(text)).toBe(text);
});

test.each([
  ['name another server', 'Name another server.'],
  ['see "opengsa egress"', 'See "opengsa egress".'],
  ['Nothing to do.', 'Nothing to do.'],
  ['', ''],
])('%s is %s as a sentence of its own', (text, expected) => {
  expect(wholeSentence(text)).toBe(expected);
});
