// Profiles of a running agent: imported, switched, damaged, and the PAC file that is made from them.
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectToAgent } from '../../agent/management/client.ts';
import { createLocalAgent, freePorts, type LocalAgent } from '../support/local-agent.ts';
import { agentMain, pinnedNode } from '../support/processes.ts';

const ownProfile = {
  name: 'Own',
  state: 'enabled',
  version: '1',
  trafficForwardingType: 'private',
  priority: 10,
  policies: [
    {
      name: 'Own apps',
      state: 'enabled',
      rules: [
        {
          id: 'own-1',
          name: 'Own apps',
          action: 'forward',
          clientFallbackAction: 'block',
          category: 'default',
          protocol: 'tcp',
          ports: ['443', '8443'],
          ruleType: 'fqdn',
          destinations: [{ value: 'app.contoso.test' }],
        },
      ],
    },
  ],
};

let local: LocalAgent;
beforeEach(() => {
  local = createLocalAgent();
});
afterEach(() => local.group.end());

/** Without the port, which is another at each start. */
async function pacPath(): Promise<string> {
  return new URL((await local.status()).capture.pacUrl ?? '').pathname;
}

describe('profiles of a running agent', () => {
  test('a damaged Microsoft profile is shown, and the built-in one is in force', async () => {
    const file = join(local.stateDir, 'profiles', 'microsoft.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '{"policies": [');
    await local.start();
    const { profiles, attention } = await local.status();
    expect(profiles).toMatchObject([{ name: 'microsoft', enabled: true, policies: 5 }]);
    expect(attention).toMatchObject([{ kind: 'profile-refused' }]);
    expect(JSON.stringify(attention)).toMatch(/microsoft\.json: .*; the built-in profile is used/);
  });

  test('OPENGSA_STATE_DIR says where agent and commands keep their files', async () => {
    const env = { OPENGSA_STATE_DIR: join(local.group.folder, 'elsewhere') };
    const agent = await local.start({ env });
    expect((await local.run('pause')).code).toBe(0);
    expect(existsSync(join(local.group.folder, 'elsewhere', 'settings.json'))).toBe(true);
    agent.signal('SIGTERM');
    await agent.ended;
    writeFileSync(join(local.group.folder, 'own.json'), JSON.stringify(ownProfile));
    const words = [agentMain, 'profile', 'import', join(local.group.folder, 'own.json')];
    expect((await local.group.run(pinnedNode, words, { env })).code).toBe(0);
    expect(existsSync(join(local.group.folder, 'elsewhere', 'profiles', 'own.json'))).toBe(true);
    expect(existsSync(local.stateDir)).toBe(false);
  });

  test('the PAC address outlasts a restart, and its answers follow switches and mode at once', async () => {
    local.configure(`${freePorts}customRules: [{ destinations: [login.contoso.test] }]\n`);
    const first = await local.start();
    const before = await pacPath();
    const file = join(local.stateDir, 'pac-token.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    first.signal('SIGTERM');
    await first.ended;
    const second = await local.start();
    expect(await pacPath()).toBe(before);
    const agent = await connectToAgent({ socketPath: local.socketPath, program: 'test' });
    const { capture } = await agent.call('status.get', {});
    const pac = async (): Promise<string> => (await fetch(capture.pacUrl ?? '')).text();
    expect(await pac()).toContain('login.microsoftonline.com');
    await agent.call('profile.set', { name: 'microsoft', enabled: false });
    expect(await pac()).not.toContain('login.microsoftonline.com');
    expect(await pac()).toContain('login.contoso.test');
    // A browser keeps the file beyond a pause, so the file does not speak of the pause.
    await agent.call('pause', { minutes: 5 });
    expect(await pac()).toContain('login.contoso.test');
    agent.close();
    second.signal('SIGTERM');
    await second.ended;
    // Whoever could read the file may know the address.
    chmodSync(file, 0o644);
    await local.start();
    expect(await pacPath()).not.toBe(before);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('the agent behind --socket tells the profiles that are exported and compared', async () => {
    local.configure(freePorts);
    await local.start();
    const file = join(local.group.folder, 'own.json');
    writeFileSync(file, JSON.stringify(ownProfile));
    expect((await local.run('profile', 'import', file)).code).toBe(0);
    const ask = (...words: string[]) => local.run('profile', ...words, '--socket', local.socketPath);
    expect(JSON.parse((await ask('export', 'own', '--format', 'json')).stdout)).toMatchObject({
      name: 'Own',
    });
    expect(await ask('diff', file, 'own', '--json')).toMatchObject({
      code: 0,
      stdout: `${JSON.stringify({ changes: [] }, null, 2)}\n`,
    });
    expect((await ask('export', 'nobody', '--format', 'json')).code).toBe(1);
  });

  test('an imported profile is in force at once, and a faulty one leaves it there', async () => {
    local.configure(
      `${freePorts}customRules: [{ destinations: [login.contoso.test], authentication: sign-in }]\n`,
    );
    const agent = await local.start();
    const file = join(local.group.folder, 'own.json');
    writeFileSync(file, JSON.stringify(ownProfile));
    expect((await local.run('profile', 'test', 'app.contoso.test:8443')).stdout).toContain('under no rule');
    expect(await local.run('profile', 'import', file)).toMatchObject({
      code: 0,
      stdout: `Imported ${file} as own: 1 policy, 1 rule. It is in force.\n`,
    });
    const tested = await local.run('profile', 'test', 'app.contoso.test:8443', 'login.contoso.test');
    expect(tested.stdout.split('\n')[0]).toContain('forwarded through the tunnel');
    expect(tested.stdout.split('\n')[1]).toContain('It serves authentication: sign-in');
    const faulty = structuredClone(ownProfile);
    faulty.policies[0]!.rules[0]!.ports[1] = '70000';
    writeFileSync(file, JSON.stringify(faulty));
    const refused = await local.run('profile', 'import', file);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/own\.json: policies\[0\]\.rules\[0\]\.ports\[1\]: /);
    const client = await connectToAgent({ socketPath: local.socketPath, program: 'test' });
    await expect(client.call('profile.apply', { name: 'own', profile: faulty })).rejects.toMatchObject({
      code: 'bad-profile',
      message: expect.stringContaining('policies[0].rules[0].ports[1]: ') as string,
    });
    client.close();
    expect((await local.run('profile', 'disable', 'microsoft')).code).toBe(0);
    const listed = (await local.run('profile', 'list')).stdout.split('\n');
    expect(listed[1]).toMatch(/^custom +Custom rules +agent\.yaml +on +/);
    expect(listed.slice(2).sort().join('\n')).toMatch(/^\nmicrosoft .* off .*\nown +Own +imported +on /);
    agent.signal('SIGTERM');
    await agent.ended;
    await local.start();
    expect((await local.run('profile', 'test', 'app.contoso.test:8443')).stdout).toContain('forwarded');
    expect((await local.run('profile', 'test', 'login.microsoftonline.com')).stdout).toContain(
      'under no rule',
    );
  });
});
