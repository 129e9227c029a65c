import { expect, test } from 'vitest';
import { withoutPassword } from '../../../../agent/core/without-password.ts';

test.each([
  ['http://proxy.contoso.test:3128', 'http://proxy.contoso.test:3128'],
  ['http://anna:secret@proxy.contoso.test:3128', 'http://proxy.contoso.test:3128'],
  ['http://anna:se@cret@proxy.contoso.test/p.pac', 'http://proxy.contoso.test/p.pac'],
  ['anna:secret@proxy.contoso.test:3128', 'proxy.contoso.test:3128'],
  ['http://pac.contoso.test/p.pac?for=a@b', 'http://pac.contoso.test/p.pac?for=a@b'],
  ['http://pac.contoso.test?for=a@b', 'http://pac.contoso.test?for=a@b'],
  ['', ''],
])('%j is shown as %j', (text, shown) => {
  expect(withoutPassword(text)).toBe(shown);
});
