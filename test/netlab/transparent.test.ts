// What programs see of the transparent capture, in a namespace with the real kernel, curl, nc and nft.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  captureAddresses,
  captureLabObstacle,
  createCaptureLab,
  type CaptureLab,
} from '../support/capture-lab.ts';
import type { Setup } from './programs/transparent-agent.ts';

const obstacle = captureLabObstacle();
if (obstacle !== null) process.stdout.write(`transparent capture skipped: ${obstacle}\n`);

const { service, inSubnet, workstation } = captureAddresses;
const person = 1001;
const host = 'app.contoso.test';
const synthetic = '6.6.0.1';
const setup: Setup = {
  rules: [
    { destinations: [host], ports: ['80', '443', '25'], hardening: 'bypass' },
    { destinations: ['203.0.113.0/24'], ports: ['443', '25'], hardening: 'bypass' },
  ],
  names: { [host]: { synthetic, real: service } },
};

describe.skipIf(obstacle !== null)('transparent capture', () => {
  let lab: CaptureLab;
  beforeEach(async () => {
    lab = await createCaptureLab();
  });
  afterEach(() => lab.end());

  const curl = (url: string, ...options: readonly string[]) =>
    lab.as(person, '/usr/bin/curl', '-sS', '--max-time', '5', ...options, url);

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
    const address = await curl(`http://${inSubnet}:443/`);
    expect(JSON.parse(address.stdout)).toMatchObject({ at: `${inSubnet} 443` });
    // The control: a port that no rule names goes past the agent.
    const past = await curl(`http://${inSubnet}/`);
    expect(JSON.parse(past.stdout)).toMatchObject({ at: `${inSubnet} 80` });
    expect(agent.facts().flatMap((fact) => ('flow' in fact ? [fact.flow] : []))).toEqual([
      `${host}:443`,
      `${inSubnet}:443`,
    ]);
  });
});
