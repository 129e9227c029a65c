// Fields as lists, and which of them an intermediary passes on.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endToEndFields, type Field, fieldsOf, valuesOf } from '../../../protocol/http-fields.ts';

test('the flat form of Node keeps order, spelling and duplicates; pseudo-header fields go', () => {
  const raw = [':path', '/', 'Accept', 'a', 'X-b', '1', 'accept', 'b', 'odd'];
  expect(fieldsOf(raw)).toEqual([
    ['Accept', 'a'],
    ['X-b', '1'],
    ['accept', 'b'],
  ]);
  expect(valuesOf(fieldsOf(raw), 'accept')).toEqual(['a', 'b']);
});

describe('what an intermediary passes on', () => {
  test.each([
    'Connection',
    'Keep-Alive',
    'Proxy-Connection',
    'Proxy-Authorization',
    'Proxy-Authenticate',
    'TE',
    'Transfer-Encoding',
    'Upgrade',
    'HTTP2-Settings',
  ])('%s is of the connection', (name) => {
    expect(
      endToEndFields([
        [name, 'x'],
        [name.toUpperCase(), 'y'],
        ['Accept', 'z'],
      ]),
    ).toEqual([['Accept', 'z']]);
  });

  test('what Connection names goes, in every spelling and from every line of it', () => {
    const fields: Field[] = [
      ['connection', 'close, X-One'],
      ['CONNECTION', ' x-two ,'],
      ['x-one', '1'],
      ['X-TWO', '2'],
      ['x-three', '3'],
    ];
    expect(endToEndFields(fields)).toEqual([['x-three', '3']]);
  });

  test('the length of a body stays, whoever names it', () => {
    const fields: Field[] = [
      ['Connection', 'content-length'],
      ['Content-Length', '3'],
    ];
    expect(endToEndFields(fields)).toEqual([['Content-Length', '3']]);
  });

  const name = fc.constantFrom(
    'Connection',
    'x-a',
    'X-A',
    'x-b',
    'te',
    'Keep-Alive',
    'accept',
    'content-length',
  );
  const value = fc.constantFrom('x-a', 'X-B, close', 'accept', '1', 'keep-alive, x-a');

  test('nothing that Connection names and no Connection is left, and the order is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 12 }), (fields) => {
        const kept = endToEndFields(fields);
        const named = valuesOf(fields, 'connection').flatMap((text) => text.toLowerCase().split(/, */));
        for (const [field] of kept) {
          expect(field.toLowerCase()).not.toBe('connection');
          if (field !== 'content-length') expect(named).not.toContain(field.toLowerCase());
        }
        expect(kept).toEqual(fields.filter((field) => kept.includes(field)));
        expect(endToEndFields(kept)).toEqual(kept);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
