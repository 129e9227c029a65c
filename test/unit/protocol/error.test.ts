// One line tells a person what went wrong, causes included.
import { expect, test } from 'vitest';
import { assertNever, explain, OpenGsaError } from '../../../protocol/error.ts';

test('the causes follow the message, each once', () => {
  const root = new Error('ECONNREFUSED 127.0.0.1:8443');
  const error = new OpenGsaError('edge-unreachable', 'no edge answers', {
    cause: new Error('edge-1', { cause: root }),
  });
  expect(explain(error)).toBe('no edge answers: edge-1: ECONNREFUSED 127.0.0.1:8443');
  expect(explain(new Error('outer says inner', { cause: new Error('inner') }))).toBe('outer says inner');
});

test('line breaks do not reach the line', () => {
  expect(explain(new Error('a\n  b'))).toBe('a b');
});

test('anything can be thrown', () => {
  expect(explain('text')).toBe('text');
  expect(explain({ code: 1 })).toBe('{"code":1}');
});

test('an impossible value is an internal error that shows it', () => {
  expect(() => assertNever('odd' as never)).toThrow(/"odd"/);
});
