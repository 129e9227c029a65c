// What the answers of echo services say, in the shapes that they come in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestEchoAnswer, readEchoAnswer } from '../../../../agent/core/echo-answer.ts';
import { parseAddress } from '../../../../protocol/address.ts';

const trace = (ip: string) =>
  `fl=29f183\nh=echo.contoso.test\nip=${ip}\nts=1793000000.5\nuag=a=b; c\nloc=DE\ntls=TLSv1.3\n`;

/** Each way in which a service wraps an address. */
const shapes: readonly (readonly [string, (ip: string) => string])[] = [
  ['bare', (ip) => ip],
  ['with a newline', (ip) => `${ip}\r\n`],
  ['after a byte order mark', (ip) => `\u{feff}${ip}\n`],
  ['as a JSON string', (ip) => JSON.stringify(ip)],
  ['as ip', (ip) => JSON.stringify({ country: 'DE', ip })],
  ['as ip_addr', (ip) => JSON.stringify({ ip_addr: ip, port: 4711 }, null, 2)],
  ['as address', (ip) => JSON.stringify({ address: ip })],
  ['as origin', (ip) => JSON.stringify({ origin: ip })],
  ['in a trace', trace],
  ['in a trace with CRLF', (ip) => trace(ip).replaceAll('\n', '\r\n')],
];

function read(body: string): string {
  const reading = readEchoAnswer(body);
  return reading.kind === 'address' ? reading.address.text : reading.reason;
}

describe.each(shapes)('an address %s', (_, wrap) => {
  it.each(['192.0.2.7', '2001:db8::7'])('is read: %s', (ip) => {
    expect(read(wrap(ip))).toBe(ip);
  });
});

describe('what names no single address', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['white space', ' \r\n ', 'empty'],
    ['a page', '<!doctype html><title>Sign in</title>192.0.2.7', 'page'],
    ['a page after white space', '\n  <html>', 'page'],
    ['more than is read', `${' '.repeat(longestEchoAnswer)}192.0.2.7`, 'too-long'],
    ['prose', 'Your address is 192.0.2.7', 'no-address'],
    ['a spelling that is not canonical', '192.000.002.007', 'no-address'],
    ['a zone', 'fe80::1%eth0', 'no-address'],
    ['a port', '192.0.2.7:443', 'no-address'],
    ['a prefix', '192.0.2.0/24', 'no-address'],
    ['broken JSON', '{"ip":"192.0.2.7"', 'no-address'],
    ['JSON without a usual name', '{"client":"192.0.2.7"}', 'no-address'],
    ['JSON whose name is inherited', '{"__proto__":{"ip":"192.0.2.7"}}', 'no-address'],
    ['JSON with a number', '{"ip":3221225991}', 'no-address'],
    ['JSON with a list', '["192.0.2.7"]', 'no-address'],
    ['a list of proxies', '{"origin":"192.0.2.7, 198.51.100.5"}', 'several-addresses'],
    ['a bare list', '192.0.2.7, 198.51.100.5', 'several-addresses'],
    ['two lines', '192.0.2.7\n198.51.100.5\n', 'several-addresses'],
    ['two names that differ', '{"ip":"192.0.2.7","origin":"198.51.100.5"}', 'several-addresses'],
    ['a trace with two addresses', 'ip=192.0.2.7\nip=198.51.100.5', 'several-addresses'],
    ['a trace without one', 'h=echo.contoso.test\nloc=DE', 'no-address'],
    ['lines that are no trace', 'ip=192.0.2.7\n\nWelcome', 'no-address'],
  ])('%s', (_, body, reason) => {
    expect(read(body)).toBe(reason);
  });
});

describe('whatever comes', () => {
  const seeded = { seed: 8489, numRuns: 2000 };

  it('is an address or a named fault, and never throws', () => {
    const pieces = fc.constantFrom(
      '{',
      '"',
      '}',
      'ip',
      '=',
      ':',
      '\n',
      '<',
      ',',
      '192.0.2.7',
      '::1',
      ' ',
      'a',
    );
    const bodies = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.json({ maxDepth: 3 }),
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const reading = readEchoAnswer(body);
        if (reading.kind === 'unreadable') return reading.reason !== 'too-long';
        // Canonical text, whatever the spelling in the answer was.
        return parseAddress(reading.address.text) !== null;
      }),
      seeded,
    );
  });

  it('reads back every address in every shape', () => {
    const addresses = fc
      .oneof(fc.ipV4(), fc.ipV6())
      .map(parseAddress)
      .filter((one) => one !== null);
    fc.assert(
      fc.property(addresses, fc.constantFrom(...shapes), ({ text }, [, wrap]) => read(wrap(text)) === text),
      seeded,
    );
  });
});
