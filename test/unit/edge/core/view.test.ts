// What the edge tells devices about itself.
import { expect, test } from 'vitest';
import { parseConfig } from '../../../../edge/config.ts';
import { createView } from '../../../../edge/core/view.ts';
import { viewSchema } from '../../../../protocol/view.ts';

const state = {
  revision: 7,
  signaling: { status: 'enabled' as const, since: '2026-06-01T12:00:00.000Z' },
};

function viewOf(config: object) {
  return createView(parseConfig({ name: 'e.test', organisation: 'Contoso', ...config }, 'edge.yaml'), state);
}

test('the view holds what devices need, in the shape they read', () => {
  const view = viewOf({
    microsoft: 'anchor',
    classes: [
      {
        match: 'login.contoso.test',
        ports: [443],
        class: 'proxy-v2',
        upstream: { address: '10.0.0.1', port: 9 },
        family: 'ipv6',
      },
      { match: '*.partner.test', class: 'anchor', egress: { ipv4: '8.8.4.4' } },
      { match: '*.direct.test', class: 'direct' },
    ],
    ports: [443, 8443],
    namedLocations: [{ name: 'HQ', trusted: true, ranges: ['203.0.113.0/24'], policies: ['Require office'] }],
  });
  expect(viewSchema.parse(view)).toEqual(view);
  expect(view).toMatchObject({ ...state, organisation: 'Contoso', microsoft: 'anchor' });
  expect(view.classes).toEqual([
    { match: 'login.contoso.test', ports: [443], class: 'proxy-v2', family: 'ipv6' },
    {
      match: '*.partner.test',
      ports: [443, 8443],
      class: 'anchor',
      egress: { ipv4: '8.8.4.4', ipv6: null },
    },
    { match: '*.direct.test', class: 'direct' },
  ]);
});

test('neither upstreams nor policies leave the edge', () => {
  const view = viewOf({
    classes: [{ match: 'a.test', class: 'proxy-v2', upstream: { address: '10.0.0.1', port: 9 } }],
    namedLocations: [{ name: 'HQ', ranges: ['203.0.113.0/24'], policies: ['Require office'] }],
  });
  expect(JSON.stringify(view)).not.toMatch(/10\.0\.0\.1|Require office/);
});

test.each([
  ['a global address is what destinations see', { egress: { ipv4: '8.8.4.4' } }, '8.8.4.4'],
  ['a private one is translated on the way: unknown', { egress: { ipv4: '10.0.0.5' } }, null],
  [
    'a private one in a range of the organisation is seen as it is',
    { egress: { ipv4: '10.0.0.5' }, sourceRanges: ['10.0.0.0/8'] },
    '10.0.0.5',
  ],
  [
    'what is configured as seen wins',
    { egress: { ipv4: '10.0.0.5' }, egressSeen: { ipv4: '8.8.8.8' } },
    '8.8.8.8',
  ],
  ['nothing configured: unknown', {}, null],
])('%s', (_, config, expected) => {
  expect(viewOf(config).edgeEgress.ipv4).toBe(expected);
});

test.each([
  ['the address that destinations see of the edge, where it is the same', '10.0.0.5', '8.8.8.8'],
  ['unknown, where it is another that is translated', '10.0.0.6', null],
  ['itself, where it is another that is global', '8.8.4.4', '8.8.4.4'],
])("an anchor's own address is told as %s", (_, ipv4, expected) => {
  const view = viewOf({
    egress: { ipv4: '10.0.0.5' },
    egressSeen: { ipv4: '8.8.8.8', ipv6: '2620:0:862:ed1a::1' },
    classes: [{ match: 'a.test', class: 'anchor', egress: { ipv4 } }],
  });
  expect(view.classes[0]?.egress).toEqual({ ipv4: expected, ipv6: null });
});
