// The table of `opengsa seen-as`: both families, hosts that see the same in one line, reasons once, and the alarm first.
import { describe, expect, test } from 'vitest';
import { seenAsText } from '../../../../agent/cli/seen-as-text.ts';
import { seenAsReport } from '../../../../agent/core/seen-as-report.ts';
import type { SeenQuestion } from '../../../../agent/core/seen-as.ts';
import type { StatusInputs } from '../../../../agent/core/status-inputs.ts';
import { buildLocationIndex } from '../../../../protocol/location-verdict.ts';
import type { SeenAsReport } from '../../../../protocol/seen-as-report.ts';
import { inputs, now, view, watched } from '../../../support/status-inputs.ts';
import { both } from '../../../support/status-table.ts';

const index = buildLocationIndex([
  { kind: 'ranges', name: 'Berlin office', trusted: true, ranges: ['203.0.113.0/24'], source: 'imported' },
  { kind: 'ranges', name: 'Contoso edge', trusted: true, ranges: ['198.51.100.5/32'], source: 'edge' },
  { kind: 'countries', name: 'Germany', countries: ['DE'], source: 'imported' },
]);
const summary = {
  ...{ edge: 1, imported: 2, importedAt: '2026-11-21T12:00:00.000Z' },
  ...{ notJudged: ['Germany'], fault: null },
};
const dualStack: Partial<StatusInputs> = { egress: both, locations: { index, summary } };
const direct = { action: 'direct', reason: 'class-direct' } as const;
const list = [
  watched('login.contoso.test', null, 'proxy-v2'),
  watched('Entra ID', 'Sign-in', 'anchor'),
  watched('SharePoint', 'SharePoint', 'direct', direct),
];
const berlin = ['203.0.113.7 (yours)', 'in Berlin office (trusted)'];
const host = (name: string): SeenQuestion => ({ ...watched(name, null, 'anchor'), origin: 'microsoft' });
const options = { named: false, all: false, verified: false };

function lines(
  changes: Partial<StatusInputs>,
  asked: readonly SeenQuestion[],
  more: Partial<typeof options> = {},
) {
  return seenAsText(seenAsReport(inputs(changes), asked, now, 'en'), { ...options, ...more });
}

test('a network with both families, an anchor, and a member of the group that leaves directly', () => {
  expect(lines({ ...dualStack, watched: list }, [...list, host('a.test'), host('b.test')])).toEqual([
    'Connected, 1 thing to look at. Which address each destination will see:',
    '',
    'One tenant will see several addresses. Sign-in will see 198.51.100.5, SharePoint will see 203.0.113.7 or 2001:db8::7.',
    'Microsoft compares them ("continuous access evaluation"); where they differ it can cut tokens to one hour, or block.',
    "Why: SharePoint leaves directly (the edge's class is direct); the others go through the edge.",
    'What to do: Ask Contoso IT to send all of them one way: directly, or through the edge as anchor.',
    '',
    'DESTINATION                           PATH    CLASS     WILL SEE                NAMED LOCATION              EDGE          WHY',
    '',
    'Run by Contoso',
    'login.contoso.test                    edge    proxy-v2  203.0.113.7 (yours)     in Berlin office (trusted)  198.51.100.5  [1]',
    '',
    'Microsoft 365 of Contoso: all of these should see one address',
    'sign-in.contoso.test (Entra ID)       edge    anchor    198.51.100.5 (edge)     in Contoso edge (trusted)   198.51.100.5  [2]',
    'sharepoint.contoso.test (SharePoint)  direct  direct    203.0.113.7 (yours)     in Berlin office (trusted)  -             [3]',
    '                                                        or 2001:db8::7 (yours)  outside all',
    '',
    "Other hosts of Microsoft's sign-in",
    'a.test and 1 more (sign-in)           edge    anchor    198.51.100.5 (edge)     in Contoso edge (trusted)   198.51.100.5  [2]',
    '',
    '[1] The edge states your address to it.',
    '[2] The edge calls it from an address of its own that can be listed as a named location.',
    "[3] The edge's class for it is direct, so it leaves directly.",
    'The edge tells no IPv6 address of its own; where it calls over IPv6, the address is not known.',
    '',
    'Named locations: 1 told by the edge, 2 imported on 21 November. Not judged, because an address alone does not tell: Germany.',
  ]);
});

describe('rows', () => {
  test('that see the same stand alone where all are wanted, or were named', () => {
    const hosts = [host('a.test'), host('b.test')];
    for (const more of [{ all: true }, { named: true }]) {
      const text = lines({}, hosts, more).join('\n');
      expect(text).toMatch(/^a\.test /m);
      expect(text).toMatch(/^b\.test /m);
    }
  });

  test('of what is blocked or not known say so', () => {
    const text = lines({ view: { kind: 'foreign' } }, [
      watched('foreign.test', null, null),
      watched('blocked.test', null, null, { action: 'block', reason: 'hardening-block' }),
    ]).join('\n');
    expect(text).toMatch(/^foreign\.test +edge +- +not known +- +not known +\[1\]$/m);
    expect(text).toMatch(/^blocked\.test +blocked +- +nothing, it is blocked +- +- +\[2\]$/m);
  });
});

test('a verification stands beside its prediction, with its reason below', () => {
  const text = lines({}, list, { verified: true }).join('\n');
  expect(text).toMatch(/ WHY +VERIFIED$/m);
  expect(text).toMatch(/^login\.contoso\.test .*\[1\] +not asked$/m);
});

describe('with two families', () => {
  const two = { ipv4: '198.51.100.5', ipv6: '2001:db8:f::5' };
  const twoOfEdge: Partial<StatusInputs> = {
    ...dualStack,
    view: { kind: 'known', view: { ...view, edgeEgress: two } },
  };

  /** The cells of the table's lines below its header. */
  function cells(report: SeenAsReport) {
    const text = seenAsText(report, { ...options, named: true, verified: true });
    const rows = text.slice(text.findIndex((line) => line.startsWith('DESTINATION')) + 1);
    return rows.slice(0, rows.indexOf('')).map((line) => line.trim().split(/ {2,}/));
  }

  test('who is told one address is shown with both of the edge', () => {
    expect(
      cells(seenAsReport(inputs(twoOfEdge), [watched('told.test', null, 'proxy-v2')], now, 'en')),
    ).toEqual([['told.test', 'edge', 'proxy-v2', ...berlin, two.ipv4, '[1]', 'not asked'], [two.ipv6]]);
  });

  test.each([
    ['203.0.113.7', 'agrees', 'not asked'],
    ['2001:db8::7', 'not asked', 'agrees'],
  ])('what a service saw, %s, stands on the line of its family', (address, first, second) => {
    const report = seenAsReport(
      inputs(twoOfEdge),
      [watched('direct.test', null, 'direct', direct)],
      now,
      'en',
    );
    const [one] = report.destinations;
    const verification = { kind: 'agrees', address, url: 'https://whoami.test/', at: report.at } as const;
    expect(cells({ ...report, destinations: [{ ...one!, verification }] })).toEqual([
      ['direct.test', 'direct', 'direct', ...berlin, '-', '[1]', first],
      ['or 2001:db8::7 (yours)', 'outside all', second],
    ]);
  });
});

test('without locations it says how to get them; a stored list that cannot be used is told', () => {
  expect(lines({}, list).join('\n')).toMatch(/No named locations are known\. opengsa locations import FILE/);
  const faulty = { ...summary, edge: 0, imported: 0, fault: 'named-locations.json: not JSON' };
  const text = lines({ locations: { index, summary: faulty } }, list).join('\n');
  expect(text).toContain('The imported named locations cannot be used: named-locations.json: not JSON.');
});
