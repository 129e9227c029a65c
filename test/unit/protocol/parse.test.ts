// Values from outside are refused with the path of the fault.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { formatPath, parse } from '../../../protocol/parse.ts';

const schema = z.strictObject({ policies: z.array(z.strictObject({ ports: z.array(z.int()) })) });

test('a good value comes out typed', () => {
  expect(parse(schema, { policies: [{ ports: [443] }] }, 'profile').policies[0]?.ports).toEqual([443]);
});

test('the message names the subject, the path and what was wrong', () => {
  const bad = { policies: [{ ports: [443, 'x'] }] };
  expect(() => parse(schema, bad, 'my.json', 'bad-profile')).toThrow(
    expect.objectContaining({
      code: 'bad-profile',
      message: expect.stringMatching(/^my\.json: policies\[0\]\.ports\[1\]: /) as string,
    }) as Error,
  );
});

test('more faults are counted', () => {
  expect(() => parse(schema, { policies: [{ ports: ['x', 'y', 'z'] }] }, 'f')).toThrow(/\(and 2 more\)$/);
});

test.each([
  [[], '(top level)'],
  [['a', 'b'], 'a.b'],
  [['policies', 2, 'rules', 0, 'ports', 1], 'policies[2].rules[0].ports[1]'],
])('%j is written %s', (path, text) => {
  expect(formatPath(path)).toBe(text);
});
