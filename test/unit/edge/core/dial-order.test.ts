// Which endpoints are dialled: an anchored flow leaves by the anchor's addresses or not at all.
import { expect, test } from 'vitest';
import { parseAddress } from '../../../../protocol/address.ts';
import { type DialInput, dialOrder } from '../../../../edge/core/dial-order.ts';

const endpoint = (text: string) => ({ address: parseAddress(text)!, port: 443 });
const [four, six] = [endpoint('20.190.128.7'), endpoint('2603:1006:2000::1')];
const anchor = { ipv4: '198.51.100.5', ipv6: null };
const nothing = { ipv4: null, ipv6: null };

function order(input: Partial<DialInput>): readonly string[] | string {
  const result = dialOrder({
    endpoints: [six, four],
    class: 'opaque',
    egress: nothing,
    source: null,
    ...input,
  });
  return result.kind === 'deny'
    ? `${result.denial.error} ${result.denial.reason}`
    : result.endpoints.map(({ address }) => address.text);
}

test('an anchored flow keeps to the families that have an egress address', () => {
  expect(order({ class: 'anchor', egress: anchor })).toEqual([four.address.text]);
  expect(order({ class: 'anchor', egress: { ipv4: '198.51.100.5', ipv6: '2001:db8::5' } })).toHaveLength(2);
});

test('one that could leave only by another address is refused', () => {
  expect(order({ class: 'anchor', egress: anchor, endpoints: [six] })).toBe(
    'proxy_configuration_error no-anchor-address',
  );
});

test('an anchor without addresses leaves as the system chooses, as do flows of other classes', () => {
  expect(order({ class: 'anchor' })).toHaveLength(2);
  expect(order({ class: 'opaque', egress: anchor })).toEqual([six.address.text, four.address.text]);
});

test('a PROXY header prefers endpoints of the family that it states', () => {
  const source = parseAddress('203.0.113.7')!;
  expect(order({ class: 'proxy-v2', source })).toEqual([four.address.text, six.address.text]);
  expect(order({ class: 'proxy-v2' })).toEqual([six.address.text, four.address.text]);
});
