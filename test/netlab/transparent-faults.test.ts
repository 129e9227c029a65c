// The transparent capture when things go wrong: foreign flushes, killed programs, mistakes, and what is in the way.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  captureAddresses,
  captureLabObstacle,
  createCaptureLab,
  type CaptureAgent,
  type CaptureLab,
} from '../support/capture-lab.ts';
import { pinnedNode, type Program } from '../support/processes.ts';
import type { Setup } from './programs/transparent-agent.ts';

const obstacle = captureLabObstacle();
if (obstacle !== null) process.stdout.write(`faults of the transparent capture skipped: ${obstacle}\n`);

const { service, other, inSubnet, serviceIpv6 } = captureAddresses;
const person = 1001;
const host = 'app.contoso.test';
const vault = 'vault.contoso.test';
const synthetic = '6.6.0.1';
const setup: Setup = {
  rules: [
    { destinations: [host], ports: ['443', '25'], hardening: 'bypass' },
    { destinations: ['198.51.100.81'], ports: ['443'], hardening: 'bypass' },
    { destinations: [vault, '203.0.113.0/24', '2001:db8:f::/48'], ports: ['443', '25'], hardening: 'block' },
  ],
  names: { [host]: { synthetic, real: service }, [vault]: { synthetic: '6.6.0.2', real: service } },
};
const quickly = { timeout: 5_000, interval: 10 };

describe.skipIf(obstacle !== null)('the transparent capture', () => {
  let lab: CaptureLab;
  beforeEach(async () => {
    lab = await createCaptureLab();
  });
  afterEach(() => lab.end());

  /** Who answered, or curl's exit code. */
  const answerOf = async (url: string): Promise<unknown> => {
    const { code, stdout } = await lab.as(person, '/usr/bin/curl', '-sS', '--max-time', '3', url);
    return code === 0 ? (JSON.parse(stdout) as { at: string }).at : code;
  };
  const flows = (agent: CaptureAgent) => agent.facts().flatMap((fact) => ('flow' in fact ? [fact.flow] : []));
  const faults = (agent: CaptureAgent) =>
    agent.facts().flatMap((fact) => ('fault' in fact ? [fact.fault] : []));
  const talk = async (address: string): Promise<Program> => {
    const program = join(import.meta.dirname, 'programs/keep-talking.ts');
    const talking = lab.within('app').start(pinnedNode, [program, address, '25']);
    await talking.line(/^line 3$/);
    return talking;
  };
  const goesOn = async (talking: Program): Promise<void> => {
    const lines = talking.stdout().split('\n').length;
    await expect.poll(() => talking.stdout().split('\n').length, quickly).toBeGreaterThan(lines + 10);
    expect(talking.stdout()).not.toContain('over:');
  };
  const tables = (): readonly string[] => lab.nftSays('app', 'list', 'tables').split('\n').slice(0, -1);
  const ownRoutes = async (): Promise<string> =>
    (await lab.within('app').run('/usr/sbin/ip', ['route', 'show', 'proto', '66'])).stdout;
  const both = ['table inet opengsa_guard', 'table inet opengsa'];

  test('a foreign flush of all rules in mid-flow loses nothing, and the guard comes back', async () => {
    const agent = await lab.startAgent(setup);
    const talking = await talk(synthetic);
    const before = lab.nftSays('app', 'list', 'table', 'inet', 'opengsa_guard');
    lab.nft('app', 'flush ruleset');
    await expect.poll(() => faults(agent), quickly).toHaveLength(1);
    await expect.poll(tables, quickly).toHaveLength(2);
    expect(lab.nftSays('app', 'list', 'table', 'inet', 'opengsa_guard')).toBe(before);
    await goesOn(talking);
    expect(await answerOf(`http://${inSubnet}:443/`)).toBe(`${inSubnet} 443`);
    expect(faults(agent)).toEqual([
      'table inet opengsa_guard was removed by another program and is put up again',
    ]);
  });

  test('a killed nft is started again within a second, and open flows go on', async () => {
    const agent = await lab.startAgent(setup);
    const talking = await talk(synthetic);
    const nft = agent.children().find(({ command }) => command.endsWith('nft -i'));
    process.kill(nft!.pid, 'SIGKILL');
    const killedAt = Date.now();
    await expect.poll(tables, { timeout: 1_000, interval: 5 }).not.toContain('table inet opengsa');
    await expect.poll(tables, { timeout: 1_000, interval: 5 }).toContain('table inet opengsa');
    process.stdout.write(`capture back ${Date.now() - killedAt} ms after nft was killed\n`);
    expect(await answerOf(`http://${synthetic}:443/`)).toBe(`${service} 443`);
    expect(await answerOf(`http://${synthetic}/`)).toBe(`${service} 80`);
    await goesOn(talking);
    expect(faults(agent)).toEqual([expect.stringMatching(/nft ended \(SIGKILL\): .* loaded again$/)]);
  });

  test('after a SIGKILL the capture is gone within 0.3 s, and what is hardened stays refused', async () => {
    const agent = await lab.startAgent({ ...setup, learned: [service, serviceIpv6] });
    // While the agent lives the learned addresses are reached past it: they are shared by names of every kind.
    expect(await answerOf(`http://${service}:443/`)).toBe(`${service} 443`);
    const uplink = await lab.watchUplink('net 6.6.0.0/16 or tcp dst port 443');
    expect(await answerOf(`http://${other}:443/`)).toBe(`${other} 443`);
    agent.program.signal('SIGKILL');
    const killedAt = Date.now();
    await expect.poll(tables, { timeout: 1_000, interval: 2 }).toEqual(['table inet opengsa_guard']);
    const goneMs = Date.now() - killedAt;
    process.stdout.write(`capture gone ${goneMs} ms after the agent was killed\n`);
    expect(goneMs).toBeLessThan(300);
    const refused = 7;
    for (const url of [
      ...[`http://${synthetic}:443/`, `http://${synthetic}/`, `http://${inSubnet}:443/`],
      ...[`http://[${serviceIpv6}]:443/`, `http://${service}:443/`],
    ]) {
      const startedAt = Date.now();
      expect(await answerOf(url), url).toBe(refused);
      expect(Date.now() - startedAt, url).toBeLessThan(1_000);
    }
    // What may go direct does, and so do ports that no rule names.
    expect(await answerOf(`http://${other}:443/`)).toBe(`${other} 443`);
    expect(await answerOf(`http://${inSubnet}/`)).toBe(`${inSubnet} 80`);
    const packets = await uplink.stop();
    // The control: tcpdump saw the connections to the one destination that may be reached, and no other.
    expect(packets.filter((packet) => packet.includes(`> ${other}.443`)).length).toBeGreaterThan(4);
    expect(packets.filter((packet) => !packet.includes(`> ${other}.443`))).toEqual([]);
  });

  test('the next agent takes over what a killed one left, and leaves nothing when it ends', async () => {
    const first = await lab.startAgent(setup);
    first.program.signal('SIGKILL');
    await first.program.ended;
    const second = await lab.startAgent(setup);
    expect(second.facts()).toContainEqual({ ready: [], ipv6: true });
    const talking = await talk(synthetic);
    second.program.signal('SIGTERM');
    // New connections to a cached address lead past the agent, and the open one is waited for.
    await expect.poll(() => answerOf(`http://${synthetic}:443/`), quickly).toBe(`${service} 443`);
    expect(flows(second)).toEqual([`${host}:25`]);
    await goesOn(talking);
    talking.signal('SIGTERM');
    expect((await second.program.ended).code).toBe(0);
    expect(tables()).toEqual([]);
    expect(await ownRoutes()).toBe('');
  });

  test('a connection that is older than the capture goes on past it', async () => {
    const talking = await talk(inSubnet);
    const agent = await lab.startAgent(setup);
    await goesOn(talking);
    expect(flows(agent)).toEqual([]);
    expect(await answerOf(`http://${inSubnet}:443/`)).toBe(`${inSubnet} 443`);
    expect(flows(agent)).toEqual([`${inSubnet}:443`]);
  });

  test('a change of the rules leaves open flows alone, whatever becomes of their subnet', async () => {
    const agent = await lab.startAgent(setup);
    const talking = await Promise.all([talk(inSubnet), talk(synthetic)]);
    await agent.reconfigure({ ...setup, rules: setup.rules.slice(0, 1) });
    await agent.reconfigure({
      ...setup,
      rules: [
        {
          destinations: ['203.0.112.0/22', 'x.contoso.test'],
          ports: ['25', '80', '443'],
          hardening: 'bypass',
        },
      ],
    });
    for (const each of talking) await goesOn(each);
    expect(await answerOf(`http://${inSubnet}/`)).toBe(`${inSubnet} 80`);
    expect(flows(agent).at(-1)).toBe(`${inSubnet}:80`);
  });

  test('without a default route names are captured, and the agent says what is not', async () => {
    lab.ip('app', 'route', 'delete', 'default');
    const agent = await lab.startAgent({
      ...setup,
      names: { [host]: { synthetic, real: captureAddresses.neighbour } },
    });
    expect(agent.facts()).toContainEqual({ ready: ['no-default-route'], ipv6: true });
    await answerOf(`http://${synthetic}:443/`);
    expect(flows(agent)).toEqual([`${host}:443`]);
    expect(await answerOf(`http://${inSubnet}:443/`)).toBe(7);
  });

  test.each([
    {
      code: 'connections-untracked',
      rules: 'table inet other { chain out { type filter hook output priority raw; oif lo notrack; }; }',
    },
    {
      code: 'hook-bypassed',
      rules:
        'table inet other { chain out { type filter hook output priority raw; ip daddr 6.6.0.0/16 reject; }; }',
    },
    {
      code: 'names-redirected-elsewhere',
      rules:
        'table ip other { chain out { type nat hook output priority -150; udp dport 53 redirect to :5353; }; }',
    },
  ])('rules of another program are named: $code', async ({ code, rules }) => {
    lab.nft('app', rules);
    const agent = await lab.startAgent(setup);
    expect(agent.facts()).toContainEqual({ ready: [code], ipv6: true });
    lab.nft('app', 'delete table ' + (rules.includes('table ip ') ? 'ip' : 'inet') + ' other');
    agent.program.signal('SIGUSR2');
    await agent.program.line(/^\{"obstacles":\[\]/);
  });

  test('without the module for IPv6 its subnets are refused or passed as their rules say, and named', async () => {
    const bypassed: Setup = {
      ...setup,
      rules: [{ destinations: ['2001:db8:f::/48'], ports: ['443'], hardening: 'bypass' }],
    };
    // Node loads no native module with this option.
    const agent = await lab.startAgent(setup, '--no-addons');
    expect(agent.facts()).toContainEqual({ ready: ['no-ipv6-capture'], ipv6: false });
    const named = (hardening: string) => [
      expect.objectContaining({
        destination: '2001:db8:f::/48',
        reason: 'no-ipv6-module',
        hardening,
      }) as unknown,
    ];
    expect(agent.facts()).toContainEqual({ applied: named('block') });
    expect(await answerOf(`http://[${serviceIpv6}]:443/`)).toBe(7);
    expect(await answerOf(`http://[${serviceIpv6}]/`)).toBe(`${serviceIpv6} 80`);
    await agent.reconfigure(bypassed);
    expect(agent.facts()).toContainEqual({ applied: named('bypass') });
    expect(await answerOf(`http://[${serviceIpv6}]:443/`)).toBe(`${serviceIpv6} 443`);
    expect(flows(agent)).toEqual([]);
  });

  test('an agent without a loopback interface is told so, and ends', async () => {
    lab.ip('app', 'link', 'set', 'lo', 'down');
    const agent = await lab.startAgent(setup);
    expect(agent.facts()).toMatchObject([{ prevented: { code: 'no-route' } }]);
    expect(await agent.program.ended).toMatchObject({ code: 1, stderr: '' });
    expect(tables()).toEqual([]);
  });

  test('a second agent is told that there is one, and harms nothing', async () => {
    const first = await lab.startAgent(setup);
    const talking = await talk(synthetic);
    const second = await lab.startAgent(setup);
    expect(second.facts()).toMatchObject([{ prevented: { code: 'other-agent' } }]);
    await goesOn(talking);
    expect(await answerOf(`http://${synthetic}:443/`)).toBe(`${service} 443`);
    expect(flows(first)).toHaveLength(2);
    expect([...tables()].sort()).toEqual([...both].sort());
    expect(await ownRoutes()).toContain('6.6.0.0/16');
  });

  test('an agent that captures itself stops capturing and says so', async () => {
    const agent = await lab.startAgent({ ...setup, claimsUid: 991 });
    await answerOf(`http://${inSubnet}:443/`);
    await expect.poll(tables, quickly).toEqual([]);
    expect(faults(agent).join()).toContain('The agent has captured its own connection');
    agent.program.signal('SIGUSR2');
    await agent.program.line(/^\{"obstacles":\[\{"code":"loop"/);
    expect(flows(agent).length).toBeLessThan(5);
    expect(await answerOf(`http://${inSubnet}:443/`)).toBe(`${inSubnet} 443`);
  });
});
