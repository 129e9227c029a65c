import { expect, test } from 'vitest';
import { createPseudonyms } from '../../../../agent/core/pseudonyms.ts';

test('the same value has the same name, and uses are counted between two counts', () => {
  const pseudonyms = createPseudonyms();
  expect(pseudonyms.nameOf('host', 'a.example')).toBe('host-1');
  expect(pseudonyms.nameOf('host', 'b.example')).toBe('host-2');
  expect(pseudonyms.nameOf('host', 'a.example')).toBe('host-1');
  expect(pseudonyms.nameOf('user', 'a.example')).toBe('user-1');
  expect(pseudonyms.count()).toEqual([
    { kind: 'host', values: 2, occurrences: 3 },
    { kind: 'user', values: 1, occurrences: 1 },
  ]);
  expect(pseudonyms.count()).toEqual([]);
  expect(pseudonyms.nameOf('host', 'b.example')).toBe('host-2');
  expect(pseudonyms.all('host')).toEqual([
    ['a.example', 'host-1'],
    ['b.example', 'host-2'],
  ]);
});
