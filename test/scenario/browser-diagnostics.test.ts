// Every tab of the diagnostics window over `opengsa ui`, with a real agent, edge and traffic: it shows what the command for the
// same facts shows, goes on by itself, exports it, says when the agent ends, and shows bundles that this agent has made.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBundleFile } from '../support/bundle-file.ts';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import type { HealthReport } from '../../protocol/health-report.ts';
import type { LogPreview } from '../../protocol/log-bundle.ts';
import type { SeenAsReport } from '../../protocol/seen-as-report.ts';
import type { Status } from '../../protocol/status.ts';
import { addresses, providerHost } from '../support/contoso.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { readCsv } from '../support/diagnostics-window.ts';
import { agentMain, pinnedNode } from '../support/processes.ts';
import { type ShownOrganisation, showOrganisation } from '../support/shown-organisation.ts';

/** A guard against a hang on a busy machine, not a measure. */
const patience = { timeout: 15_000 };

describe.skipIf(installedProgram('chromium') === null)(
  'the diagnostics of a running agent (Chromium)',
  () => {
    let shown: ShownOrganisation;
    let page: Page;
    beforeAll(async () => {
      shown = await showOrganisation();
      ({ page } = shown);
    }, 60_000);
    afterAll(() => shown.end());

    const main = () => page.getByRole('tabpanel');
    const text = () => main().innerText();

    test('source address: the addresses, classes and places of seen-as', async () => {
      await shown.show('Source address');
      const report = await shown.told<SeenAsReport>('seen-as');
      const restored = page.getByRole('row', { name: new RegExp(`^${providerHost} `) });
      await restored.waitFor();
      expect(await restored.innerText()).toMatch(/proxy-v2[^]*127\.10\.0\.7[^]*In Contoso head office/);
      expect(readCsv(await shown.exported('CSV')).map(seenFacts)).toEqual(
        report.destinations.map(({ destination, class: name, whose, addresses: { ipv4 } }) => [
          ...[destination, name ?? '', whose ?? '', ipv4.address ?? ''],
        ]),
      );
      const exported = JSON.parse(await shown.exported('JSON')) as SeenAsReport;
      expect(exported.destinations).toEqual(report.destinations);
      expect(exported.egress.ipv4).toMatchObject({ state: 'confirmed', address: addresses.workstation });

      await shown.contoso.setRestoration('off');
      await expect.poll(() => restored.innerText(), patience).toContain(addresses.edge);
      await shown.contoso.setRestoration('on');
      await expect.poll(() => restored.innerText(), patience).toContain(addresses.workstation);
    });

    test('source address: any host, and what is none', async () => {
      const field = page.getByRole('textbox', { name: 'Ask about a host' });
      await field.fill('shop.contoso.test:8443');
      await field.press('Enter');
      const asked = page.getByRole('row', { name: /^shop\.contoso\.test:8443 / });
      await asked.waitFor();
      const [predicted] = (await shown.told<SeenAsReport>('seen-as', 'shop.contoso.test:8443')).destinations;
      expect(await asked.innerText()).toContain(predicted?.addresses.ipv4.address);
      await field.fill('https://shop.contoso.test/');
      await field.press('Enter');
      await page
        .getByRole('alert')
        .filter({ hasText: 'is a URL; ask for its host, shop.contoso.test' })
        .waitFor();
    });

    test('overview: the words, addresses and counts of status, as they change', async () => {
      await shown.show('Overview');
      const status = await shown.told<Status>('status');
      const words = await text();
      for (const fact of [
        ...[status.title, status.sentence, addresses.workstation, addresses.edge, status.device?.name],
        ...[
          status.device?.thumbprint,
          status.capture.httpProxy,
          status.capture.pacUrl,
          status.channels[0]?.name,
        ],
      ])
        expect(words).toContain(fact);
      const all = main().locator('.counters > div').filter({ hasText: 'In all' });
      const count = async () => Number((await all.innerText()).replace(/\D/g, ''));
      expect(await count()).toBe(status.flows.total);
      await shown.curl(`http://${shown.direct}/`);
      await expect.poll(count, patience).toBe(status.flows.total + 1);
    });

    test('health check: every check of health with its result', async () => {
      await shown.show('Health check');
      await page.getByText(/ checks (failed|passed)/).waitFor();
      const { checks } = await shown.told<HealthReport>('health');
      const facts = ({ id, state }: HealthReport['checks'][number]) => `${id} ${state}`;
      const exported = JSON.parse(await shown.exported('JSON')) as HealthReport;
      expect(exported.checks.map(facts)).toEqual(checks.map(facts));
      const records = readCsv(await shown.exported('CSV'));
      expect(records.map(({ check, state }) => `${check} ${state}`)).toEqual(checks.map(facts));
      for (const { title } of checks) await main().getByText(title, { exact: true }).first().waitFor();
    });

    test('forwarding profile: every rule of profile list, and the verdict of profile test', async () => {
      await shown.show('Forwarding profile');
      const { profiles } = await shown.told<{ profiles: { rules: number }[] }>('profile', 'list');
      const rules = profiles.reduce((sum, profile) => sum + profile.rules, 0);
      await main().getByText(`${rules} rules`, { exact: true }).waitFor();
      expect(readCsv(await shown.exported('CSV'))).toHaveLength(rules);
      const { stdout } = await shown.opengsa('profile', 'test', '--json', providerHost);
      const verdict = JSON.parse(stdout) as { action: string; match: { ruleId: string } };
      await testDestination(providerHost);
      expect(verdict.action).toBe('forward');
      await expect
        .poll(answer, patience)
        .toMatch(/^Tunnel, class proxy-v2\. .* will see your address, 127\.10\.0\.7\./);
      expect(await answer()).toMatch(new RegExp(`${verdict.match.ruleId}\\s+decides`, 'i'));
    });

    test.each(['host:99999', 'https://login.contoso.test/x', '*.contoso.test', 'not a host'])(
      'forwarding profile: %s is no destination for the tester, nor for profile test',
      async (destination) => {
        await testDestination(providerHost);
        await expect.poll(answer, patience).toMatch(/^Tunnel/);
        await testDestination(destination);
        await expect.poll(answer, patience).not.toMatch(/^Tunnel/);
        expect(await answer()).toMatch(/^[^]* (is|must) /);
        expect((await shown.opengsa('profile', 'test', destination)).code).toBe(2);
      },
    );

    const answer = () => page.locator('.tester .answer').innerText();
    async function testDestination(destination: string): Promise<void> {
      await page.getByRole('textbox', { name: 'Policy tester' }).fill(destination);
      await page.getByRole('button', { name: 'Test', exact: true }).click();
    }

    test('hostname acquisition: that no names come this way, as hostnames says', async () => {
      await shown.show('Hostname acquisition');
      expect(await shown.told('hostnames')).toMatchObject({ acquiring: false, hostnames: [] });
      await main().getByText('so it sees no questions for names').first().waitFor();
      expect(JSON.parse(await shown.exported('JSON'))).toEqual([]);
      expect(readCsv(await shown.exported('CSV'))).toEqual([]);
    });

    test('traffic: every flow of flows, with what was decided and which address was seen', async () => {
      await shown.show('Traffic');
      const { flows } = await shown.told<{ flows: FlowRecord[] }>('flows');
      await expect.poll(() => rows().count(), patience).toBe(flows.length);
      await expect
        .poll(() => rowOf(`${providerHost}:443`).innerText(), patience)
        .toMatch(/proxy-v2\s+127\.10\.0\.7/);
      expect(await rowOf('closed.contoso.test:443').innerText()).toMatch(/Not sent[^]*Refused/);
      await expect
        .poll(() => rowOf(shown.direct).first().innerText(), patience)
        .toMatch(/Bypass[^]*127\.10\.0\.7/);
      const exported = JSON.parse(await shown.exported('JSON')) as (FlowRecord & { seenAs: unknown })[];
      expect(exported.map(({ seenAs: _, ...flow }) => flow)).toEqual(flows);
      expect(readCsv(await shown.exported('CSV')).map(({ Destination }) => Destination)).toEqual(
        flows.map(({ destination }) => destination),
      );
      // Whatever tabs were shown before, this one has the room that it needs.
      expect(await page.evaluate(cutCells)).toEqual([]);
      // Rows stand still under the pointer.
      await page.mouse.move(0, 0);
      await shown.curl(`http://${shown.direct}/`);
      await expect.poll(() => rows().count(), patience).toBe(flows.length + 1);
    });

    test('traffic: a flow leads to the policy tester without a reload', async () => {
      await rowOf(`${providerHost}:443`).click();
      await page.evaluate("globalThis.sameDocument = 'yes'");
      await page.getByRole('button', { name: 'Test this destination' }).click();
      await expect.poll(answer, patience).toMatch(/^Tunnel, class proxy-v2/);
      expect(await page.evaluate('globalThis.sameDocument')).toBe('yes');
    });

    const rows = () =>
      main()
        .getByRole('row')
        .filter({ has: page.locator('td') });
    const rowOf = (destination: string) => rows().filter({ hasText: destination });

    test('log collection: the parts of collect-logs, and the same bundle', async () => {
      await shown.show('Advanced log collection');
      const { parts } = await shown.told<LogPreview>('collect-logs', '--preview');
      await expect.poll(() => main().getByRole('checkbox').count(), patience).toBe(parts.length);
      const download = await shown.downloaded(() => page.getByRole('button', { name: 'Save…' }).click());
      const bundle = readBundleFile(await download.path());
      expect(bundle).toMatchObject({ redacted: true, status: { connection: { kind: 'connected' } } });
      for (const { name } of parts) expect(bundle).toHaveProperty(name);
    });

    describe('a bundle of this agent in its place', () => {
      const open = async (...words: string[]) => {
        const made = await shown.told<{ path: string }>(
          'collect-logs',
          '--output',
          shown.group.folder,
          ...words,
        );
        await shown.openBundle(made.path);
        return readBundleFile(made.path);
      };

      test('shows every part as it was, and measures nothing', async () => {
        const bundle = await open('--no-redact');
        const was = bundle.status?.flows.total ?? 0;
        await shown.curl(`http://${shown.direct}/`);
        await shown.show('Source address');
        await page.getByRole('row', { name: new RegExp(`^${providerHost} .*127.10.0.7`, 's') }).waitFor();
        await shown.show('Overview');
        expect(await text()).toContain(bundle.status?.sentence);
        expect(await main().locator('.counters > div').last().innerText()).toMatch(
          new RegExp(`^In all\\s+${was}$`),
        );
        await shown.show('Health check');
        await page.getByText(/ checks (failed|passed)/).waitFor();
        const health = JSON.parse(await shown.exported('JSON')) as HealthReport;
        expect(health).toEqual(bundle.health);
        await shown.show('Forwarding profile');
        const policies = bundle.profiles?.flatMap(({ profile }) => profile?.policies ?? []) ?? [];
        const rules = policies.reduce((sum, policy) => sum + policy.rules.length, 0);
        await main().getByText(`${rules} rules`, { exact: true }).waitFor();
        await shown.show('Hostname acquisition');
        await main().getByText('so it sees no questions for names').first().waitFor();
        await shown.show('Traffic');
        await expect.poll(() => rows().count(), patience).toBe(bundle.flows?.length);
        await expect
          .poll(() => rowOf(`${providerHost}:443`).innerText(), patience)
          .toMatch(/proxy-v2\s+127\.10\.0\.7/);
        await main().getByText('As they were when the bundle was made').waitFor();
        await shown.show('Advanced log collection');
        await main().getByText(`${bundle.log?.length} of ${bundle.log?.length} lines`).waitFor();
      });

      test('what needs a running agent is disabled, with the reason', async () => {
        const reason = /^A bundle is shown: nothing here is live/;
        await shown.show('Forwarding profile');
        await main().getByText(reason).waitFor();
        expect(await page.getByRole('textbox', { name: 'Policy tester' }).isDisabled()).toBe(true);
        for (const [tab, names] of [
          ['Forwarding profile', ['Refresh']],
          ['Hostname acquisition', ['Freeze', 'Clear']],
          ['Traffic', ['Freeze', 'Clear']],
        ] as const) {
          await shown.show(tab);
          for (const name of names) {
            const button = main().getByRole('button', { name, exact: true });
            expect([name, await button.isDisabled()]).toEqual([name, true]);
            expect(await button.getAttribute('title')).toMatch(reason);
          }
        }
      });

      test('what it does not hold is said, and the redacted one says it', async () => {
        await open();
        await main()
          .page()
          .getByText(/, redacted\. Nothing here is live/)
          .waitFor();
        await shown.show('Source address');
        await page.getByText('address-1').first().waitFor();
        await page.getByRole('button', { name: 'Close the bundle' }).click();
        await shown.show('Advanced log collection');
        for (const part of [
          'Status',
          'Traffic',
          'Health check',
          'Source address',
          'Forwarding profile',
          'Hostname',
        ])
          await main()
            .getByRole('checkbox', { name: new RegExp(`^${part}`) })
            .uncheck();
        const download = await shown.downloaded(() => page.getByRole('button', { name: 'Save…' }).click());
        await shown.openBundle(await download.path());
        for (const tab of [
          ...[
            'Overview',
            'Source address',
            'Health check',
            'Forwarding profile',
            'Hostname acquisition',
            'Traffic',
          ],
        ]) {
          await page.getByRole('tab', { name: tab }).click();
          await main().getByText('The bundle does not hold this part.').first().waitFor();
        }
        expect(await page.getByText('Not running').count()).toBe(0);
        await page.getByRole('button', { name: 'Close the bundle' }).click();
      });
    });

    describe('the agent ends while its diagnostics are open', () => {
      const gone = /does not answer.* No answer on its socket since .* Start the service/;
      const state = () => page.locator('.app-state').innerText();

      test('source address forgets what it predicted, and says why', async () => {
        await shown.show('Source address');
        await page.getByRole('row', { name: new RegExp(`^${providerHost} `) }).waitFor();
        shown.contoso.programs.agent.signal('SIGKILL');
        await page.getByRole('alert').filter({ hasText: gone }).waitFor();
        expect(await state()).toBe('Not running');
        expect(await page.getByRole('row').count()).toBe(0);
      });

      test('every other tab says it too, with what is known without the agent', async () => {
        await shown.show('Overview');
        expect(await text()).toMatch(/Not running[^]*does not answer[^]*Start the service/);
        await shown.show('Health check');
        await main()
          .getByText(/ of \d+ checks failed/)
          .waitFor();
        expect(await text()).toMatch(/The agent runs[^]*Nothing answers on/);
        await shown.show('Forwarding profile');
        await main().getByText(gone).first().waitFor();
        await testDestination(providerHost);
        await expect.poll(answer, patience).toMatch(/nothing answers on .*agent\.sock/);
        await shown.show('Hostname acquisition');
        await main().getByText(gone).first().waitFor();
        await shown.show('Traffic');
        await main().getByText('The service does not answer, so no flows are told.').waitFor();
        expect(await rows().count()).toBeGreaterThan(0);
        await shown.show('Advanced log collection');
        await expect.poll(() => main().getByRole('checkbox').count(), patience).toBe(2);
        await main().getByText('Traffic is left out: the agent could not be asked.').waitFor();
      });

      test('all of it goes on when the agent is back', async () => {
        await shown.show('Traffic');
        const words = [
          'agent',
          '--config',
          'agent.yaml',
          '--state-dir',
          'agent-state',
          '--socket',
          'agent.sock',
        ];
        await shown.group.start(pinnedNode, [agentMain, ...words]).line(/^Ready/);
        await expect.poll(state, { timeout: 30_000 }).toBe('Connected');
        await main().getByText('Live, newest first').waitFor();
        const before = await rows().count();
        const proxy = (await shown.told<Status>('status')).capture.httpProxy ?? '';
        await shown.group.run('/usr/bin/curl', [
          '-s',
          '-o',
          '/dev/null',
          '-x',
          proxy,
          `http://${shown.direct}/`,
        ]);
        await expect.poll(() => rows().count(), patience).toBe(before + 1);
        await shown.show('Source address');
        await page.getByRole('row', { name: new RegExp(`^${providerHost} `) }).waitFor();
      });
    });

    test('the page has said nothing on its console', () => {
      expect(shown.said).toEqual([]);
    });
  },
);

function seenFacts({
  destination = '',
  class: name = '',
  whose = '',
  ipv4 = '',
}: Readonly<Record<string, string>>) {
  return [destination, name, whose, ipv4];
}

/** For the page: what its table has no room for. */
const cutCells = `[...document.querySelectorAll('.traffic :is(td, thead th)')]
  .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  .map(({ textContent }) => textContent)`;
