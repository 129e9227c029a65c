// The table of classes: the first entry that matches counts, whatever comes later and however exact it is.
import { describe, expect, it } from 'vitest';
import { compileClasses } from '../../../protocol/class-index.ts';
import { parseAuthority } from '../../../protocol/destination.ts';

const classes = compileClasses([
  { match: 'login.contoso.test', ports: [443], class: 'proxy-v2' },
  { match: '*.contoso.test', class: 'forwarded' },
  { match: 'login.contoso.test', class: 'late' },
  { match: '192.0.2.7', class: 'one' },
  { match: '192.0.0.0/16', class: 'many' },
  { match: '2001:db8::/32', ports: [443, 8443], class: 'six' },
]);

function classOf(authority: string): string | null {
  return classes.find(parseAuthority(authority)!)?.class ?? null;
}

describe('a table of classes', () => {
  it('answers with the first entry that matches the host and the port', () => {
    expect(classOf('login.contoso.test:443')).toBe('proxy-v2');
    expect(classOf('login.contoso.test:8443')).toBe('forwarded');
    expect(classOf('contoso.test:443')).toBeNull();
    expect(classOf('192.0.2.7:25')).toBe('one');
    expect(classOf('192.0.2.8:25')).toBe('many');
    expect(classOf('[2001:db8::1]:8443')).toBe('six');
    expect(classOf('[2001:db8::1]:80')).toBeNull();
  });

  it('refuses an entry that is neither pattern nor prefix, with its place', () => {
    expect(() => compileClasses([{ match: 'a.test' }, { match: 'not a name' }])).toThrow('classes[1].match');
  });
});
