// The diagnostics window with every tab filled, for tests of what all of its tabs must keep to.
import type { Browser, Page } from 'playwright-core';
import { previewOf } from '../../agent/core/log-bundle.ts';
import type { DiagnosticsTab } from '../../protocol/window-tabs.ts';
import { exampleKnowledge, exampleParts } from './example-bundle.ts';
import { exampleFlow } from './example-flow.ts';
import { exampleHostname } from './example-hostname.ts';
import { exampleProfile } from './example-profile.ts';
import { contosoReport, contosoStatus, faultyHealth } from './shown-diagnostics.ts';
import { channels } from './shown-windows.ts';
import { openWindowPage, type WindowPage, type WindowPageSetup } from './window-page.ts';

const longName = 'a-very-long-name-of-a-host.that-nobody-can-read.in-one-cell.example.test';

/** By what a tab is known to be filled. */
const filled: Readonly<Record<DiagnosticsTab, string>> = {
  'source-address': 'tr[data-row]',
  overview: '.fact-card',
  'health-check': '.checks .check',
  'forwarding-profile': 'tbody tr:not(.group)',
  'hostname-acquisition': 'tbody tr',
  traffic: 'tbody tr',
  'log-collection': '.part',
};

/** Opens the window with that tab, and waits until it is filled; flows are told by the event. */
export async function openFilledTab(
  browser: Browser,
  tab: DiagnosticsTab,
  setup: WindowPageSetup = {},
): Promise<WindowPage> {
  const window = await openWindowPage(browser, {
    query: `view=diagnostics&tab=${tab}`,
    size: { width: 1280, height: 800 },
    state: { link: { kind: 'live' }, status: { ...contosoStatus(), channels } },
    ...setup,
    answers: { ...answers(setup.language), ...setup.answers },
  });
  if (tab === 'traffic') await fillTraffic(window);
  await whenFilled(window.page, tab);
  return window;
}

export async function whenFilled(page: Page, tab: DiagnosticsTab): Promise<void> {
  await page.locator(`#panel-${tab}`).locator(filled[tab]).first().waitFor();
}

/** The tab follows the flows from when it is shown. */
export async function fillTraffic({ page, emit }: WindowPage): Promise<void> {
  await page.locator('#panel-traffic table').waitFor();
  await emit('flows', flows());
}

function answers(language: WindowPageSetup['language']): NonNullable<WindowPageSetup['answers']> {
  return {
    'seen-as.get': () => contosoReport(),
    'health.run': () => faultyHealth(language),
    'profile.list': () => ({
      stateDir: '/var/lib/opengsa',
      profiles: [profile()],
      programRules: { rules: [], fault: null },
    }),
    'hostnames.list': () => ({ acquiring: true, hostnames: hostnames() }),
    'logs.preview': () =>
      previewOf({
        ...{ found: exampleParts(), knowledge: exampleKnowledge() },
        leftOut: [{ part: 'hostnames', reason: 'names are not acquired' }],
      }),
  };
}

function profile() {
  return exampleProfile('microsoft', {
    'Entra ID and Graph': [
      { id: 'ms-56-fqdn', values: ['login.microsoftonline.com', longName] },
      { id: 'ms-56-ipv4', values: ['192.0.2.0/24'], more: { ruleType: 'ipSubnet' } },
    ],
  });
}

function hostnames() {
  return [
    exampleHostname(),
    exampleHostname({ name: longName, syntheticAddress: '198.18.0.9' }),
    exampleHostname({
      ...{ name: 'www.example.test', acquired: false, syntheticAddress: null, ruleId: null, process: null },
      ...{ questions: 1, originals: { ipv4: null, ipv6: null }, originalAddress: null },
    }),
  ];
}

function flows() {
  const kinds: readonly Parameters<typeof exampleFlow>[0][] = [
    {},
    { destination: `${longName}:443`, state: 'closed', endedAt: '2026-11-23T09:41:24.000Z' },
    { action: 'block', reason: 'hardening-block', state: 'closed', edge: null, egressObserved: null },
    { action: 'direct', reason: 'rule-bypass', edge: null, egressObserved: null },
    { state: 'refused', detail: 'edge-1.contoso.test: port-not-allowed' },
    { state: 'reset', detail: 'edge-1.contoso.test: gone' },
  ];
  return kinds.map((kind, i) => exampleFlow({ id: i + 1, ...kind }));
}
