// Behind a real NAT: what real third parties see of a device over each family, and that this is not its own address.
// Its addresses are for documentation, so no verdict may follow from them: the quorum is proved in the core's tests.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { egressAddressStatus } from '../../protocol/status.ts';
import { createNatLab, type NatLab, natAddresses, natLabObstacle } from '../support/nat-lab.ts';
import { within } from '../support/netlab.ts';
import { createPki, writeIdentity } from '../support/pki.ts';
import { agentMain, pinnedNode } from '../support/processes.ts';
import { startStunServer, turnserver } from '../support/stun-server.ts';

const obstacle = natLabObstacle() ?? (turnserver === null ? 'missing: turnserver' : null);
if (obstacle !== null) process.stdout.write(`third parties behind a NAT skipped: ${obstacle}\n`);

const { origin, originIpv6, nat1 } = natAddresses;
const options = ['--state-dir', 'agent-state', '--socket', 'agent.sock'];
const ports = z.object({ address: z.string(), echo: z.int(), whoami: z.int() });

describe.skipIf(obstacle !== null)('behind a NAT', () => {
  let lab: NatLab;
  beforeEach(async () => {
    lab = await createNatLab();
    await startAgent(await startThirdParties());
  });
  afterEach(() => lab.end());

  async function startThirdParties(): Promise<object> {
    const identity = createPki(lab.folder).ca.issue('echo', { usage: 'server', names: [origin, originIpv6] });
    const { cert, key } = writeIdentity(lab.folder, 'echo', identity);
    await startStunServer(within(lab, 'far'), [origin, originIpv6], 3478);
    const program = join(import.meta.dirname, 'programs/own-address.ts');
    const teller = lab.start('far', pinnedNode, [program, cert, key, origin, originIpv6]);
    const portsAt = async (address: string) =>
      ports.parse(JSON.parse(await teller.line(new RegExp(`"address":"${address}"`))));
    const [v4, v6] = [await portsAt(origin), await portsAt(originIpv6)];
    const servers = { ipv4: [`${origin}:${v4.whoami}`], ipv6: [`[${originIpv6}]:${v6.whoami}`] };
    return {
      stun: [origin, originIpv6].map((server) => ({ server, operator: 'contoso' })),
      https: [`https://${origin}:${v4.echo}/`, `https://[${originIpv6}]:${v6.echo}/`].map((url) => ({
        url,
        operator: 'fabrikam',
      })),
      dns: [{ name: 'whoami.contoso', type: 'TXT', class: 'CH', servers, operator: 'northwind' }],
    };
  }

  async function startAgent(thirdParties: object): Promise<void> {
    const config = { capture: { http: '127.0.0.1:0', socks5: 'off' }, egress: { thirdParties } };
    writeFileSync(join(lab.folder, 'agent.yaml'), stringify(config), { mode: 0o600 });
    const agent = [agentMain, 'agent', '--config', 'agent.yaml', ...options];
    const env = { NODE_EXTRA_CA_CERTS: join(lab.folder, 'ca.crt') };
    await lab.start('app', pinnedNode, agent, { env }).line(/^Ready: /);
  }

  /** `source address fault` of each source, asked anew. */
  async function evidence(family: 'ipv4' | 'ipv6'): Promise<readonly string[]> {
    const words = ['egress', '--refresh', '--json', ...options];
    const { stdout } = await lab.run('app', pinnedNode, [agentMain, ...words]);
    const status = egressAddressStatus.parse((JSON.parse(stdout) as Record<string, unknown>)[family]);
    // No verdict follows from addresses that are not public, whoever names them.
    expect(status).toMatchObject({ state: 'unknown', address: null });
    return status.evidence.map(({ source, address, error }) => `${source} ${address} ${error}`).toSorted();
  }

  it('each of them sees the router over IPv4 and the device itself over IPv6', async () => {
    const seenAs = (address: string) =>
      ['dns', 'https', 'stun'].map((source) => `${source} ${address} not-global`);
    expect(await evidence('ipv4')).toEqual(seenAs(nat1.public));
    expect(await evidence('ipv6')).toEqual(seenAs(nat1.deviceIpv6));
    lab.maskAs('nat1', nat1.other);
    expect(await evidence('ipv4')).toEqual(seenAs(nat1.other));
  });

  it('they contradict each other where the NAT’s addresses alternate, and each is shown', async () => {
    lab.maskAs('nat1', nat1.public, nat1.other);
    const addresses = (await evidence('ipv4')).map((line) => line.split(' ')[1]);
    expect(new Set(addresses)).toEqual(new Set([nat1.public, nat1.other]));
  });
});
