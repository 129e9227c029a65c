import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runClientIn } from '../support/client-command.ts';
import { addresses, type Contoso, startContoso } from '../support/contoso.ts';
import { createProgramGroup, edgeMain, pinnedNode, type ProgramGroup } from '../support/processes.ts';

let group: ProgramGroup;
let contoso: Contoso;

beforeAll(async () => {
  group = createProgramGroup();
  contoso = await startContoso({ group });
});
afterAll(() => group.end());

const patience = { timeout: 25_000, interval: 250 };

describe('agent with a real edge', () => {
  test('status tells who will see which address, and curl through the proxy reaches the provider', async () => {
    const curl = await group.run('/usr/bin/curl', [
      ...['--silent', '--max-time', '15', '--proxy', contoso.proxy, '--cacert', contoso.authorityFile],
      `${contoso.issuer}/.well-known/openid-configuration`,
    ]);
    expect(JSON.parse(curl.stdout)).toMatchObject({ issuer: contoso.issuer });
    await expect
      .poll(async () => (await contoso.status()).sentence, patience)
      .toBe(
        `login.contoso.test will see your address, ${addresses.workstation}. Entra ID will see the edge, ${addresses.edge}.`,
      );
    const status = await contoso.status();
    expect(status).toMatchObject({ shield: 'on', title: 'Connected', signaling: 'enabled', attention: [] });
    expect(status.seenAs[0]).toMatchObject({
      destination: 'login.contoso.test',
      path: 'edge',
      class: 'proxy-v2',
      addresses: { ipv4: { address: addresses.workstation } },
      reason: 'address-passed-on',
    });
    const [flow] = await contoso.flows();
    expect(flow).toMatchObject({
      destination: 'login.contoso.test:443',
      action: 'tunnel',
      reason: 'rule-forward',
      egressObserved: addresses.workstation,
    });
  });

  test('signalling off is shown as soon as the edge says it', async () => {
    await contoso.setRestoration('off');
    await expect
      .poll(async () => (await contoso.status()).title, patience)
      .toBe('Connected, addresses not passed on');
    const status = await contoso.status();
    expect(status.attention).toMatchObject([{ kind: 'signaling-disabled' }]);
    expect(status.seenAs[0]).toMatchObject({
      addresses: { ipv4: { address: addresses.edge } },
      reason: 'signaling-disabled',
    });
    await contoso.setRestoration('on');
    await expect.poll(async () => (await contoso.status()).title, patience).toBe('Connected');
  });

  test('a lost edge is shown, sign-ins are blocked, and its return is found', async () => {
    contoso.programs.edge.signal('SIGKILL');
    await contoso.programs.edge.ended;
    await expect
      .poll(async () => (await contoso.status()).connection.kind, patience)
      .toBe('edge-unreachable');
    const status = await contoso.status();
    expect(status.title).toBe('Edge unreachable');
    expect(status.sentence).toMatch(/^No edge answers\. New sign-ins fail until one does\./);
    expect(status.seenAs[0]).toMatchObject({ path: 'blocked', reason: 'hardening-block' });
    const curl = await group.run('/usr/bin/curl', [
      ...['--silent', '--show-error', '--max-time', '15', '--proxy', contoso.proxy, contoso.issuer],
    ]);
    expect(curl.code).not.toBe(0);
    expect(curl.stderr).toMatch(/403/);
    const words = [
      '--config',
      join(group.folder, 'edge.yaml'),
      '--state-dir',
      join(group.folder, 'edge-state'),
    ];
    const file = join(group.folder, 'edge.yaml');
    const port = /:(\d+)$/.exec(status.channels[0]?.edge ?? '')?.[1] ?? '';
    // The edge was given any free port; the device knows only that one.
    writeFileSync(file, readFileSync(file, 'utf8').replace(/127\.20\.0\.254:\d+/, `127.20.0.254:${port}`));
    const edge = group.start(pinnedNode, [edgeMain, 'serve', ...words]);
    await edge.line(/listening|ready/i);
    // By itself it would come back too, after as much as the longest back-off.
    const socket = join(group.folder, 'agent.sock');
    expect((await runClientIn(group, ['connect', '--socket', socket])).code).toBe(0);
    await expect.poll(async () => (await contoso.status()).connection.kind, patience).toBe('connected');
    // Many programs are started one after another; on a busy machine each takes seconds.
  }, 120_000);

  test('an agent without open flows ends soon after it is told to', async () => {
    const { agent } = contoso.programs;
    const began = performance.now();
    agent.signal('SIGTERM');
    expect((await agent.ended).code).toBe(0);
    // Flows would have 5 s.
    expect(performance.now() - began).toBeLessThan(3000);
  });
});
