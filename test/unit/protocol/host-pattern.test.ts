// Host patterns: the three kinds of star, and what each never matches.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileHostPattern } from '../../../protocol/host-pattern.ts';
import { patternExpression } from '../../support/naive-matcher.ts';

function matches(pattern: string, name: string): boolean {
  return compileHostPattern(pattern).matches(name);
}

describe('a host pattern', () => {
  it('without stars is the name itself', () => {
    expect(matches('login.example.com', 'login.example.com')).toBe(true);
    expect(matches('login.example.com', 'a.login.example.com')).toBe(false);
    expect(matches('login.example.com', 'example.com')).toBe(false);
  });

  it('with a star label at the left stands for one or more labels and never for the bare domain', () => {
    expect(matches('*.example.com', 'a.example.com')).toBe(true);
    expect(matches('*.example.com', 'a.b.c.example.com')).toBe(true);
    expect(matches('*.example.com', 'example.com')).toBe(false);
    expect(matches('*.example.com', 'badexample.com')).toBe(false);
    expect(matches('*.example.com', 'a.example.com.evil.test')).toBe(false);
  });

  it('with a star beside other characters stands for any run, nothing included', () => {
    expect(matches('*cdn.onenote.net', 'cdn.onenote.net')).toBe(true);
    expect(matches('*cdn.onenote.net', 'site-cdn.onenote.net')).toBe(true);
    expect(matches('*cdn.onenote.net', 'a.b.cdn.onenote.net')).toBe(true);
    expect(matches('*cdn.onenote.net', 'cdn.onenote.net.test')).toBe(false);
    expect(matches('*-files.sharepoint.com', 'contoso-files.sharepoint.com')).toBe(true);
    expect(matches('*-files.sharepoint.com', 'contoso.sharepoint.com')).toBe(false);
    expect(matches('a*.example.com', 'a.b.example.com')).toBe(true);
  });

  it('with a star label between others stands for exactly one label', () => {
    const pattern = 'autodiscover.*.onmicrosoft.com';
    expect(matches(pattern, 'autodiscover.contoso.onmicrosoft.com')).toBe(true);
    expect(matches(pattern, 'autodiscover.contoso.mail.onmicrosoft.com')).toBe(false);
    expect(matches(pattern, 'autodiscover.onmicrosoft.com')).toBe(false);
    expect(matches(pattern, 'x.autodiscover.contoso.onmicrosoft.com')).toBe(false);
    expect(matches('autodiscover.*.mail.onmicrosoft.com', 'autodiscover.contoso.mail.onmicrosoft.com')).toBe(
      true,
    );
  });

  it('that is only a star matches every name', () => {
    expect(matches('*', 'localhost')).toBe(true);
    expect(matches('*', 'a.b')).toBe(true);
  });

  it('counts its literal characters and names the labels that all its names share', () => {
    expect(compileHostPattern('*.example.com')).toMatchObject({ literals: 12, suffix: 'example.com' });
    expect(compileHostPattern('*cdn.onenote.net')).toMatchObject({ literals: 15, suffix: 'onenote.net' });
    expect(compileHostPattern('a.*.example.com')).toMatchObject({ literals: 14, suffix: 'example.com' });
    expect(compileHostPattern('*cdn')).toMatchObject({ literals: 3, suffix: '' });
    expect(compileHostPattern('cdn.*')).toMatchObject({ literals: 4, suffix: '' });
  });

  it('agrees with a regular expression of the same meaning', () => {
    const label = fc.string({ unit: fc.constantFrom('a', 'b', '*', '*'), minLength: 1, maxLength: 4 });
    const nameLabel = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
    const pattern = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const name = fc.array(nameLabel, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
    fc.assert(
      fc.property(pattern, name, (p, n) => {
        expect(matches(p, n)).toBe(patternExpression(p).test(n));
      }),
      { numRuns: 3000 },
    );
  });

  it('stays fast however many stars it has', () => {
    const pattern = compileHostPattern(`${'*a'.repeat(60)}.example.com`);
    const begin = performance.now();
    expect(pattern.matches(`${'a'.repeat(59)}b.example.com`)).toBe(false);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});
