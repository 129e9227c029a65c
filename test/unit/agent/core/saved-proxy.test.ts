// The saved setting: what is taken from disk, and which part of a setting is the person's own.
import { describe, expect, test } from 'vitest';
import {
  bearsMark,
  type SavedProxy,
  savedProxy,
  scopeOf,
  underlying,
} from '../../../../agent/core/saved-proxy.ts';

const saved: SavedProxy = {
  version: 1,
  system: 'gnome',
  savedAt: 1,
  original: { mode: 'manual', url: '', host: 'old.contoso.test' },
  own: [{ mode: 'auto', url: 'http://127.0.0.1:8088/0123/proxy.pac' }],
  marks: ['/0123/proxy.pac'],
};

describe('the saved file', () => {
  test('is taken as it was written', () => {
    expect(savedProxy.parse(JSON.parse(JSON.stringify(saved)))).toEqual(saved);
  });

  test.each([
    ['no version', { ...saved, version: 2 }],
    ['another system', { ...saved, system: 'beos' }],
    ['nothing of ours', { ...saved, own: [] }],
    ['a mark that anything may have', { ...saved, marks: ['pac'] }],
    ['an unknown field', { ...saved, extra: 1 }],
    ['too long a value', { ...saved, original: { mode: 'x'.repeat(20_000) } }],
  ])('with %s is refused', (_what, value) => {
    expect(savedProxy.safeParse(value).success).toBe(false);
  });
});

test('the person’s own setting is what stands there, but for what is ours', () => {
  const current = { mode: 'auto', url: 'http://127.0.0.1:8088/0123/proxy.pac', host: 'new.contoso.test' };
  expect(underlying(saved, current)).toEqual({ mode: 'manual', url: '', host: 'new.contoso.test' });
  expect(underlying(null, current)).toBe(current);
});

test('keys have the scope before their last slash', () => {
  expect(['mode', 'Wi-Fi/url', 'USB 10/100/url'].map(scopeOf)).toEqual(['', 'Wi-Fi/', 'USB 10/100/']);
});

test('a mark is found in a value, and not in none', () => {
  expect(bearsMark('http://127.0.0.1:8088/0123/proxy.pac?v=1', saved.marks)).toBe(true);
  expect(bearsMark('http://contoso.test/proxy.pac', saved.marks)).toBe(false);
  expect([bearsMark(null, saved.marks), bearsMark(undefined, saved.marks)]).toEqual([false, false]);
});
