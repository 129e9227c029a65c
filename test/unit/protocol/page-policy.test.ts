// The policy of the windows' page: nothing is allowed that is not named, and the two shells differ in one place.
import { expect, test } from 'vitest';
import { pagePolicy } from '../../../protocol/page-policy.ts';

const directives = (policy: string): ReadonlyMap<string, string> =>
  new Map(
    policy.split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ');
      return [name, values.join(' ')];
    }),
  );

test('what is not named is forbidden, and no source is inline, evaluated or foreign', () => {
  const policy = directives(pagePolicy("'none'"));
  expect(policy.get('default-src')).toBe("'none'");
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(policy.get(name)).toBe("'none'");
  expect(policy.get('require-trusted-types-for')).toBe("'script'");
  expect(pagePolicy("'none'")).not.toMatch(/unsafe|https?:|\*/);
});

test('the browser shell may ask its own server, and differs in nothing else', () => {
  const [desktop, browser] = [directives(pagePolicy("'none'")), directives(pagePolicy("'self'"))];
  expect(desktop.get('connect-src')).toBe("'none'");
  expect(browser.get('connect-src')).toBe("'self'");
  expect([...browser.keys()]).toEqual([...desktop.keys()]);
});
