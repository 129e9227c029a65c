// `opengsa locations` and `seen-as` without an edge: named locations are kept with and without a running agent, and what
// an unenrolled device shows is told as it is.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocalAgent, freePorts, type LocalAgent } from '../support/local-agent.ts';
import { agentMain, pinnedNode } from '../support/processes.ts';

let agent: LocalAgent;
beforeAll(() => {
  agent = createLocalAgent();
  agent.configure(`${freePorts}customRules: [{ destinations: [login.contoso.test] }]\n`);
});
afterAll(() => agent.group.end());

test('without an agent a list is checked and kept for the next one', async () => {
  const file = join(agent.group.folder, 'offices.json');
  writeFileSync(file, JSON.stringify([{ name: 'Berlin', trusted: true, ranges: ['203.0.113.0/24'] }]));
  const { code, stdout, stderr } = await agent.run('locations', 'import', file);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    `Imported 1 location with 1 range from ${file}. No agent runs here: the next one starts with it.\n`,
  );
  expect((await agent.run('locations', 'list')).stdout).toMatch(
    /^Berlin +imported, .* yes +203\.0\.113\.0\/24$/m,
  );
});

test.each([
  ['not JSON', '{', /standard input: \(top level\): not JSON/],
  ['of another shape', '{"value":[{}]}', /standard input: value\[0\]: must be Graph's namedLocations/],
])('a list %s on standard input is refused, and the one before stays', async (_, input, message) => {
  const words = [agentMain, 'locations', 'import', '-'];
  const { code, stderr } = await agent.group.run(pinnedNode, words, { input });
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect((await agent.run('locations', 'list')).stdout).toContain('Berlin');
});

test('the next agent starts with it, and an unenrolled device says that all leaves directly', async () => {
  await agent.start();
  const { stdout, code } = await agent.run('seen-as');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Not enrolled\. Which address each destination will see:$/m);
  expect(stdout).toMatch(/^login\.contoso\.test +direct +- +not known \(yours\) +- +- +\[1\]$/m);
  expect(stdout).toMatch(/^\[1\] This device has no edge yet, so everything leaves directly\.$/m);
  expect(stdout).toMatch(/^Named locations: 1 imported on /m);
  const verified = await agent.run(
    'seen-as',
    '--verify',
    'login.contoso.test',
    '2001:db8::7',
    'app.contoso.test:8443',
  );
  expect(verified.stdout).toMatch(/^\[2\] Not verified: no reflection service is configured for it/m);
  expect(verified.stdout).toMatch(/^app\.contoso\.test:8443 +direct /m);
});

test('an authority that cannot be read keeps the agent from starting, and is named', async () => {
  const reflections = '[{ url: "https://whoami.contoso.test/", ca: nowhere.pem }]';
  const file = join(agent.group.folder, 'faulty.yaml');
  writeFileSync(file, `${freePorts}reflections: ${reflections}\n`);
  const { code, stderr } = await agent.run(
    'agent',
    '--config',
    file,
    '--socket',
    join(agent.group.folder, 'b.sock'),
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/faulty\.yaml: reflections\[0\]\.ca: .*nowhere\.pem: cannot be read/);
});
