// The tab forwarding profile: rules by policy, search over all destinations, the policy tester, and exports.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallFault } from '../../app/shared/transport.ts';
import type { PolicyAnswer } from '../../protocol/policy-test.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { exampleProfile } from '../support/example-profile.ts';
import { exampleSeenAs } from '../support/example-seen-as.ts';
import { exampleStatus } from '../support/example-status.ts';
import { eventually } from '../support/eventually.ts';
import { launchBrowser, openWindowPage, type WindowPageSetup } from '../support/window-page.ts';
import { expectAccessible, looks, takePicture } from '../support/window-look.ts';

const edgeSeen = exampleSeenAs({
  ...{ destination: 'login.microsoftonline.com', label: 'Entra ID', class: 'anchor', whose: 'edge' },
  addresses: {
    ipv4: { state: 'known', address: '198.51.100.5', verdict: { kind: 'outside' } },
    ipv6: { state: 'none', address: null, verdict: null },
  },
});

/** Judging a whole page takes axe seconds, in ms. */
const patience = 60_000;

describe.skipIf(installedProgram('chromium') === null)('the tab forwarding profile (Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each(
    looks([
      ['light', 'en', 1280],
      ['dark', 'en', 1280],
      ['light', 'de', 420],
    ] as const),
  )(
    'shows rules and the answer, accessible, in %s, %s, %d px wide',
    async (theme, language, width) => {
      const { page, console } = await openProfile({
        ...{ dark: theme === 'dark', language },
        size: { width, height: 800 },
      });
      await page.getByRole('textbox').fill('login.microsoftonline.com:443/tcp');
      await page.keyboard.press('Enter');
      await eventually(() => page.locator('.reasons li').count()).toBe(4);
      await page.waitForSelector('text=ms-56-fqdn');
      await takePicture(page, `forwarding-profile-${language}-${width}-${theme}`);
      expect(console).toEqual([]);
      await expectAccessible(page);
    },
    patience,
  );

  test('the tester says what decides and why others are lower, and what is wrong with a question', async () => {
    const { page, calls } = await openProfile();
    await page.getByRole('textbox').fill('login.microsoftonline.com:443/tcp');
    await page.getByRole('button', { name: 'Test' }).click();
    const answer = page.locator('.answer');
    await eventually(() => answer.textContent()).toContain(
      'Tunnel, class anchor. Entra ID will see the edge, 198.51.100.5.',
    );
    expect(await answer.textContent()).toContain('With the tunnel down: blocked.');
    expect(await page.locator('.reasons li').allInnerTexts()).toEqual([
      'Own hosts\nNo match\nThe edge and its witness are always reached directly',
      'Contoso\nNo match\n3 rules',
      'ms-56-fqdn\nDecides\nSet 56, login.microsoftonline.com, category Allow',
      'ms-59-fqdn\nAlso matches\nSet 59, *.microsoftonline.com, category Default, a lower category',
    ]);
    expect(calls.find(({ call }) => call === 'policy.test')?.params).toEqual({
      destination: 'login.microsoftonline.com:443/tcp',
    });
    await page.getByRole('textbox').fill('nonsense//');
    await page.keyboard.press('Enter');
    await eventually(() => answer.textContent()).toContain('is no destination');
    await page.getByRole('textbox').fill(' ');
    await page.keyboard.press('Enter');
    await eventually(() => answer.textContent()).toContain('The field is empty.');
  });

  test('what the tester said is asked again when addresses change, and gone with the agent', async () => {
    const { page, emit, calls } = await openProfile();
    const asked = () => calls.filter(({ call }) => call === 'policy.test').length;
    await page.getByRole('textbox').fill('login.microsoftonline.com:443/tcp');
    await page.keyboard.press('Enter');
    await eventually(() => page.locator('.answer').textContent()).toContain('198.51.100.5');
    await page.getByRole('textbox').fill('half a ques');
    const status = exampleStatus();
    await emit('state', {
      link: { kind: 'live' },
      status: { ...status, edgeEgress: { ipv4: '198.51.100.6', ipv6: null } },
    });
    await eventually(asked).toBe(2);
    expect(await page.getByRole('textbox').inputValue()).toBe('half a ques');
    await emit('state', { link: { kind: 'absent', since: '2026-11-21T09:40:00.000Z' }, status });
    await eventually(asked).toBe(3);
  });

  test('without the agent no rules are shown, and why is said once', async () => {
    let gone = false;
    const { page, emit } = await openProfile({}, () =>
      gone ? { code: 'agent-not-running', message: 'nothing answers' } : null,
    );
    await page.waitForSelector('text=ms-56-fqdn');
    gone = true;
    await emit('state', { link: { kind: 'absent', since: '2026-11-21T09:40:00.000Z' }, status: null });
    await eventually(() =>
      page
        .getByRole('main')
        .getByText(/does not answer.*Start the service/)
        .count(),
    ).toBe(1);
    expect(await page.locator('tbody th').count()).toBe(0);
  });

  test('policies open and close by keyboard, rules tell everything they name', async () => {
    const { page } = await openProfile();
    const names = () => page.locator('tbody th').allTextContents();
    await eventually(names).toHaveLength(10);
    await page.getByRole('treegrid').focus();
    for (const key of ['End', 'ArrowUp', 'ArrowUp', 'ArrowRight']) await page.keyboard.press(key);
    await eventually(names).toHaveLength(15);
    await page.keyboard.press('ArrowLeft');
    await eventually(names).toHaveLength(10);
    await page.getByRole('row', { name: /ms-56-fqdn/ }).click();
    await eventually(() => page.getByRole('complementary').textContent()).toContain('host-24.msauth.test');
    await page.getByRole('complementary').getByRole('button', { name: 'Test this destination' }).click();
    await eventually(() => page.locator('.answer').textContent()).toContain('Decides');
  });

  test('searches every destination, filters, and exports rules and profiles', async () => {
    const { page, calls } = await openProfile();
    await page.getByRole('searchbox').fill('host-17.msauth');
    await eventually(() => page.locator('tbody th[scope=row]').allTextContents()).toEqual([
      'login.microsoftonline.com and 24 more names',
    ]);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'Action', exact: true }).first().click();
    await page.getByRole('button', { name: 'Bypass' }).click();
    await eventually(() => page.locator('tbody th[scope=row]').count()).toBe(1);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'As JSON' }).click();
    await eventually(() => calls.find(({ call }) => call === 'file.save')?.params).toMatchObject({
      name: 'opengsa-forwarding-profile.json',
      text: expect.stringContaining('"trafficForwardingType": "m365"') as string,
    });
  });

  test('a profile that is turned off or cannot be read is said so', async () => {
    const status = exampleStatus();
    const { page } = await openProfile({
      state: {
        link: { kind: 'live' },
        status: {
          ...status,
          profiles: [
            {
              name: 'microsoft',
              title: 'Microsoft traffic profile',
              version: '42',
              enabled: false,
              locked: true,
              policies: 3,
              rules: 9,
            },
          ],
        },
      },
    });
    await eventually(() => page.locator('.view-head').textContent()).toContain(
      'Microsoft traffic profile, version 42, 8 rules, turned off by your organisation.',
    );
    expect(await page.locator('.view-head').textContent()).toContain('broken.json: not a profile');
    await takePicture(page, 'forwarding-profile-off-light');
  });

  /** @param fault what `profile.list` answers in place of profiles */
  function openProfile(setup: WindowPageSetup = {}, fault: () => CallFault | null = () => null) {
    const example = exampleStatus();
    const off = setup.state !== undefined;
    return openWindowPage(browser, {
      query: 'view=diagnostics&tab=forwarding-profile',
      size: { width: 1280, height: 800 },
      ...setup,
      answers: {
        'profile.list': () =>
          fault() ?? {
            stateDir: '/var/lib/opengsa',
            profiles: [
              custom,
              { ...microsoft, enabled: !off },
              ...(off
                ? [{ ...custom, name: 'broken', profile: null, fault: 'broken.json: not a profile' }]
                : []),
            ],
            programRules: { rules: [], fault: null },
          },
        'seen-as.get': () => ({
          ...{
            at: example.at,
            connection: example.connection,
            title: '',
            organisation: null,
            mismatch: null,
          },
          ...{ egress: example.egress, edgeEgress: example.edgeEgress, locations: example.locations },
          destinations: [edgeSeen, exampleSeenAs()],
        }),
        'policy.test': ({ destination }) =>
          destination.includes('//')
            ? { code: 'bad-usage', message: `${destination} is no destination` }
            : policyAnswer,
        'file.save': ({ name }) => ({ kind: 'saved', path: `/home/ann/${name}` }),
      },
    });
  }
});

const custom = exampleProfile('custom', {
  Contoso: [
    { id: 'contoso-1', values: ['login.contoso.test'] },
    { id: 'contoso-2', values: ['sts.contoso.test'] },
    { id: 'contoso-3', values: ['wiki.contoso.test'], more: { clientFallbackAction: 'bypass' } },
  ],
});
const microsoft = exampleProfile('microsoft', {
  'Entra ID and Graph': [
    {
      id: 'ms-56-fqdn',
      values: [
        'login.microsoftonline.com',
        ...Array.from({ length: 24 }, (_, i) => `host-${i + 1}.msauth.test`),
      ],
      more: { endpointSetId: 56 },
    },
    {
      id: 'ms-56-ipv4',
      values: ['192.0.2.0/24', '198.51.100.0/24'],
      more: { ruleType: 'ipSubnet', endpointSetId: 56 },
    },
  ],
  'Exchange Online': Array.from({ length: 5 }, (_, i) => ({
    id: `ms-${i}`,
    values: [`mail-${i}.example.test`],
  })),
  'Microsoft Teams': [
    {
      id: 'ms-11',
      values: ['203.0.113.0/24'],
      more: { ruleType: 'ipSubnet', protocol: 'udp', ports: ['3478-3481'], action: 'bypass' },
    },
  ],
});
const policyAnswer: PolicyAnswer = {
  ...{
    destination: 'login.microsoftonline.com:443',
    protocol: 'tcp',
    action: 'tunnel',
    ruleId: 'ms-56-fqdn',
  },
  ...{ reason: 'rule-forward', note: null, hardening: 'block', authentication: 'sign-in' },
  tunnelDown: { action: 'block', reason: 'hardening-block' },
  looked: [
    { kind: 'own-hosts', matches: false },
    { kind: 'profile', name: 'Contoso', rules: 3 },
    {
      ...{ kind: 'rule', profile: 'microsoft', policy: 'Entra ID and Graph', policyEnabled: true },
      ...{ ruleId: 'ms-56-fqdn', destination: 'login.microsoftonline.com', action: 'forward' },
      ...{ category: 'allow', endpointSetId: 56, lower: null },
    },
    {
      ...{ kind: 'rule', profile: 'microsoft', policy: 'Common', policyEnabled: true },
      ...{ ruleId: 'ms-59-fqdn', destination: '*.microsoftonline.com', action: 'forward' },
      ...{ category: 'default', endpointSetId: 59, lower: 'category' },
    },
  ],
  seenAs: edgeSeen,
};
