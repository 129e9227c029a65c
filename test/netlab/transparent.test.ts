// What programs see of the transparent capture, in a namespace with the real kernel, curl, nc and nft.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  agentUid,
  captureAddresses,
  captureLabObstacle,
  createCaptureLab,
  type CaptureAgent,
  type CaptureLab,
} from '../support/capture-lab.ts';
import { pinnedNode } from '../support/processes.ts';
import type { Setup } from './programs/transparent-agent.ts';

const obstacle = captureLabObstacle();
if (obstacle !== null) process.stdout.write(`transparent capture skipped: ${obstacle}\n`);

const { service, other, inSubnet, serviceIpv6, workstation, neighbour } = captureAddresses;
const person = 1001;
const host = 'app.contoso.test';
const synthetic = '6.6.0.1';
const setup: Setup = {
  rules: [
    { destinations: [host], ports: ['443', '25'], hardening: 'bypass' },
    { destinations: ['203.0.113.0/24'], ports: ['443', '25'], hardening: 'bypass' },
  ],
  names: { [host]: { synthetic, real: service } },
};
const withIpv6: Setup = {
  ...setup,
  rules: [...setup.rules, { destinations: ['2001:db8:f::/48'], ports: ['443'], hardening: 'bypass' }],
};

describe.skipIf(obstacle !== null)('transparent capture', () => {
  let lab: CaptureLab;
  beforeEach(async () => {
    lab = await createCaptureLab();
  });
  afterEach(() => lab.end());

  const curlAs = (uid: number, url: string, ...options: readonly string[]) =>
    lab.as(uid, '/usr/bin/curl', '-sS', '--max-time', '5', ...options, url);
  const curl = (url: string, ...options: readonly string[]) => curlAs(person, url, ...options);
  /** Who answered, or curl's exit code. */
  const answerOf = async (url: string): Promise<unknown> => {
    const { code, stdout } = await curl(url);
    return code === 0 ? (JSON.parse(stdout) as { at: string }).at : code;
  };
  const datagram = async (address: string, port: number): Promise<Record<string, unknown>> => {
    const program = join(import.meta.dirname, 'programs/send-datagram.ts');
    const { stdout } = await lab.as(person, pinnedNode, program, address, String(port));
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const flows = (agent: CaptureAgent) => agent.facts().flatMap((fact) => ('flow' in fact ? [fact.flow] : []));

  test('a name and an address of a subnet are captured, each on its own port', async () => {
    const agent = await lab.startAgent(setup);
    expect(agent.facts()).toContainEqual({ ready: [], ipv6: true });
    const named = await curl(`http://${host}:443/`, '--resolve', `${host}:443:${synthetic}`);
    expect(named, agent.program.stderr()).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(named.stdout)).toEqual({
      at: `${service} 443`,
      from: workstation,
      host: `${host}:443`,
    });
    expect(await answerOf(`http://${inSubnet}:443/`)).toBe(`${inSubnet} 443`);
    // The control: a port that no rule names goes past the agent.
    expect(await answerOf(`http://${inSubnet}/`)).toBe(`${inSubnet} 80`);
    expect(flows(agent)).toEqual([`${host}:443`, `${inSubnet}:443`]);
  });

  test('a service that speaks first is heard before the program has said a word', async () => {
    const agent = await lab.startAgent(setup);
    const nc = (address: string) =>
      lab.within('app').run('/usr/bin/nc', ['-N', '-w', '3', address, '25'], { input: 'QUIT\r\n' });
    // The end of the program's input reaches the service, whose last word comes back: both halves end by themselves.
    expect((await nc(synthetic)).stdout).toBe(`220 ${service} ready\r\nQUIT\r\n`);
    expect((await nc(inSubnet)).stdout).toBe(`220 ${inSubnet} ready\r\nQUIT\r\n`);
    expect(flows(agent)).toEqual([`${host}:25`, `${inSubnet}:25`]);
  });

  test('what is not captured of a name reaches its real address, from the address of the right interface', async () => {
    // The route to the synthetic range, on lo, makes this one the source.
    lab.give({ at: 'app', device: 'lo' }, ['172.30.0.1/32']);
    const agent = await lab.startAgent(setup);
    const { stdout } = await curl(`http://${synthetic}/`);
    expect(JSON.parse(stdout)).toMatchObject({ at: `${service} 80`, from: workstation });
    expect(await datagram(synthetic, 9999)).toMatchObject({ answer: 'question', from: synthetic });
    expect(flows(agent)).toEqual([]);
    const elsewhere = { [host]: { synthetic, real: other } };
    await agent.reconfigure({ ...setup, names: elsewhere });
    await expect.poll(() => answerOf(`http://${synthetic}/`)).toBe(`${other} 80`);
    // Nobody has said where this one leads to: it is refused here, not sent to whom the address belongs.
    expect(await answerOf('http://6.6.0.2/')).toBe(7);
  });

  test('QUIC is refused at once where TCP is captured, and nowhere else', async () => {
    await lab.startAgent(withIpv6);
    for (const address of [synthetic, inSubnet, serviceIpv6]) {
      const outcome = await datagram(address, 443);
      expect(outcome, address).toMatchObject({ error: 'EPERM' });
      expect(outcome.ms).toBeLessThan(200);
    }
    expect(await datagram(service, 443)).toMatchObject({ answer: 'question' });
    expect(await datagram(inSubnet, 9999)).toMatchObject({ answer: 'question' });
  });

  test('IPv6 subnets are captured with their true destination', async () => {
    const agent = await lab.startAgent(withIpv6);
    expect(await answerOf(`http://[${serviceIpv6}]:443/`)).toBe(`${serviceIpv6} 443`);
    expect(flows(agent)).toEqual([`[${serviceIpv6}]:443`]);
    expect(await answerOf(`http://[${serviceIpv6}]/`)).toBe(`${serviceIpv6} 80`);
    expect(flows(agent)).toHaveLength(1);
  });

  test('questions to a name server are taken, and their answers come from it', async () => {
    await lab.startAgent({ ...setup, nameserver: neighbour });
    expect(await datagram(neighbour, 53)).toMatchObject({ answer: 'taken', from: neighbour });
  });

  test('a neighbour reaches no listener, nor does a program that goes there past the rules', async () => {
    const agent = await lab.startAgent(setup);
    const listeners = lab.nftSays('app', 'list', 'set', 'inet', 'opengsa', 'listeners');
    const ports = [
      ...(/elements = \{(?<list>[^}]*)\}/.exec(listeners)?.groups?.list ?? '').matchAll(/\d+/g),
    ].map(String);
    expect(ports).toHaveLength(2);
    for (const port of ports) {
      const url = `http://${workstation}:${port}/`;
      const outside = await lab.within('internet').run('/usr/bin/curl', ['-sS', '--max-time', '5', url]);
      expect(outside).toMatchObject({ code: 7, stdout: '' });
      // Reset by the agent, which has nothing captured to this address.
      for (const local of [workstation, '127.0.0.1', '127.200.0.1']) {
        const inside = await curl(`http://${local}:${port}/`);
        expect(inside.stdout).toBe('');
        expect([7, 55, 56]).toContain(inside.code);
      }
    }
    expect(flows(agent)).toEqual([]);
  });

  test('a refused flow is a reset, not an end', async () => {
    const closed: Setup = {
      ...setup,
      rules: [{ destinations: [host], ports: ['8443'], hardening: 'bypass' }],
    };
    const agent = await lab.startAgent(closed);
    const { code, stderr } = await curl(`http://${synthetic}:8443/`);
    expect({ code, stderr }).toEqual({
      code: 56,
      stderr: 'curl: (56) Recv failure: Connection reset by peer\n',
    });
    expect(flows(agent)).toEqual([`${host}:8443`]);
  });

  test('one account is captured where that is asked for, and others go past', async () => {
    const agent = await lab.startAgent({ ...setup, onlyUid: person });
    expect((await curlAs(person, `http://${inSubnet}:443/`)).code).toBe(0);
    expect(flows(agent)).toHaveLength(1);
    expect((await curlAs(1002, `http://${inSubnet}:443/`)).code).toBe(0);
    expect(flows(agent)).toHaveLength(1);
    expect((await curlAs(1002, `http://${synthetic}:443/`)).code).toBe(7);
  });

  test('while it is switched off cached names are served, and nothing else is taken', async () => {
    const agent = await lab.startAgent({ ...setup, nameserver: neighbour });
    await agent.reconfigure({ ...setup, nameserver: neighbour, isOn: false });
    expect(await answerOf(`http://${synthetic}:443/`)).toBe(`${service} 443`);
    expect(await answerOf(`http://${inSubnet}:443/`)).toBe(`${inSubnet} 443`);
    expect(flows(agent)).toEqual([`${host}:443`]);
    expect(await datagram(inSubnet, 443)).toMatchObject({ answer: 'question' });
    expect(await datagram(neighbour, 53)).not.toMatchObject({ answer: 'taken' });
  });

  test('the agent itself is not captured', async () => {
    const agent = await lab.startAgent(setup);
    expect((await curlAs(agentUid, `http://${inSubnet}:443/`)).code).toBe(0);
    expect((await curlAs(agentUid, `http://${synthetic}:443/`)).code).toBe(7);
    expect(flows(agent)).toEqual([]);
  });
});
