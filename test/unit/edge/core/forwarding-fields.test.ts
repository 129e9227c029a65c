// Which fields a device may not set, and the one value that is written.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../../protocol/address.ts';
import type { Field } from '../../../../protocol/http-fields.ts';
import {
  bareName,
  forwardedFields,
  type ForwardingHeaders,
  isForwardingField,
  withoutForwarding,
} from '../../../../edge/core/forwarding-fields.ts';
import { allSpellings, forwardingNames } from '../../../support/forwarding-names.ts';

const configured = new Set([bareName('X-Person-Address')]);
const ipv4 = parseAddress('203.0.113.7')!;
const ipv6 = parseAddress('2001:db8::7')!;
const standard: ForwardingHeaders = { class: 'forwarded', header: 'Forwarded', schemeHeader: null };
const common: ForwardingHeaders = { class: 'forwarded', header: 'X-Forwarded-For', schemeHeader: null };

describe('what a device may not set', () => {
  test.each(allSpellings)('$name ($how)', ({ name }) => {
    expect(isForwardingField(name, configured)).toBe(true);
  });

  test.each(forwardingNames)('%s without anything between its words', (name) => {
    // Words that stand together are told apart by what they end with, where a product's name tells nothing.
    const known =
      /^(CF-Pseudo|X-Azure-Socket|X-Nf|X-Appengine|CloudFront|HTTP-X|X-MS-(Proxy|Endpoint)|Remote-User|X-SSL)/;
    if (!known.test(name)) expect(isForwardingField(bareName(name), configured)).toBe(true);
  });

  test('any case, and any characters between the words', () => {
    const separator = fc.constantFrom('-', '_', '.', '--', '-_', '~', '!');
    fc.assert(
      fc.property(
        fc.constantFrom(...forwardingNames),
        separator,
        fc.infiniteStream(fc.boolean()),
        (name, by, up) => {
          const cased = name
            .replaceAll('-', by)
            .replaceAll(/./g, (c) => (up.next().value === true ? c.toUpperCase() : c.toLowerCase()));
          expect(isForwardingField(cased, configured)).toBe(true);
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });
});

test.each([
  'Accept',
  'Authorization',
  'Cookie',
  'Content-Type',
  'Host',
  'If-None-Match',
  'Origin',
  'Referer',
  'Sec-Fetch-Site',
  'Traceparent',
  'User-Agent',
  'X-CSRF-Token',
  'X-Client-SKU',
  'X-Requested-With',
  'X-Request-Id',
  'X-Shipping-Address',
  'X-Tip',
  'X-Zip',
  'Client-Request-Id',
  'CFG-Version',
])("%s is the application's own", (name) => {
  expect(isForwardingField(name, configured)).toBe(false);
});

describe('what is written', () => {
  const write = (headers: ForwardingHeaders, stated: typeof ipv4 | null, fields: readonly Field[] = []) =>
    forwardedFields(fields, headers, stated, 'https', configured);

  test('IPv6 is bracketed and quoted in Forwarded, and bare elsewhere', () => {
    expect(write(standard, ipv4)).toEqual([['Forwarded', 'for=203.0.113.7']]);
    expect(write(standard, ipv6)).toEqual([['Forwarded', 'for="[2001:db8::7]"']]);
    expect(write({ ...standard, header: 'forwarded' }, ipv6)).toEqual([['forwarded', 'for="[2001:db8::7]"']]);
    expect(write(common, ipv6)).toEqual([['X-Forwarded-For', '2001:db8::7']]);
  });

  test('AD FS gets the address and the proxy, or neither', () => {
    expect(write({ class: 'adfs', proxy: 'edge.contoso.test' }, ipv4)).toEqual([
      ['X-MS-Forwarded-Client-IP', '203.0.113.7'],
      ['X-MS-Proxy', 'edge.contoso.test'],
    ]);
    expect(write({ class: 'adfs', proxy: 'edge.contoso.test' }, null)).toEqual([]);
  });

  test('the scheme is told where it is configured, whether or not an address is', () => {
    const headers = { ...common, schemeHeader: 'X-Forwarded-Proto' };
    expect(write(headers, null)).toEqual([['X-Forwarded-Proto', 'https']]);
    expect(write(headers, ipv4)).toHaveLength(2);
  });

  test('whatever a device sends, there is one value, and it is ours', () => {
    const name = fc.oneof(
      fc.constantFrom(...allSpellings.map((spelling) => spelling.name)),
      fc.constantFrom('Accept', 'Cookie', 'X-Own'),
    );
    const fields = fc.array(fc.tuple(name, fc.constantFrom('6.6.6.6', 'for=6.6.6.6', '')), { maxLength: 20 });
    fc.assert(
      fc.property(fields, fc.option(fc.constantFrom(ipv4, ipv6), { nil: null }), (sent, stated) => {
        const result = write(common, stated, sent);
        const telling = result.filter(([field]) => isForwardingField(field, configured));
        expect(telling).toEqual(stated === null ? [] : [['X-Forwarded-For', stated.text]]);
        expect(withoutForwarding(result, configured)).toEqual(withoutForwarding(sent, configured));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
