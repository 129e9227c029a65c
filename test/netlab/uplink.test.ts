// What leaves the device, counted at its router: questions to the witness go straight there, captured flows never.
//
//   app ──eth0── nat1, which counts ── internet ── far: edge, witness, destination
//
// Everything invites the questions into the tunnel: the environment names the agent's own proxy, and a rule captures the
// names and addresses of edge and witness.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { labHosts, type LabOrganisation, startNatOrganisation } from '../support/lab-organisation.ts';
import { type NatLab, natAddresses, natLabObstacle } from '../support/nat-lab.ts';
import { pinnedNode } from '../support/processes.ts';

const curl = installedProgram('curl');
const obstacle = natLabObstacle() ?? (curl === null ? 'missing: curl' : null);
if (obstacle !== null) process.stdout.write(`uplink laboratory skipped: ${obstacle}\n`);
const { nat1, edge, witness, witnessIpv6, origin } = natAddresses;
const patience = { timeout: 20_000, interval: 100 };
const proxy = 'http://127.0.0.1:8088';
const invitation = {
  ...{ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy },
  ...{ http_proxy: proxy, https_proxy: proxy, all_proxy: proxy },
  NODE_USE_ENV_PROXY: '1',
};

describe.skipIf(obstacle !== null)('at the uplink', () => {
  let organisation: LabOrganisation<NatLab>;
  beforeAll(async () => {
    const everything = ['*.contoso.test', '198.51.100.0/24', '2001:db8:f::/64'];
    const rule = { destinations: everything, ports: ['1-65535'], authentication: 'sign-in' };
    organisation = await startNatOrganisation(
      {},
      { environment: invitation, agent: { customRules: [rule] } },
    );
    await vi.waitFor(async () => {
      const { ipv4, ipv6 } = (await organisation.status()).egress;
      expect([ipv4.address, ipv6.address]).toEqual([nat1.public, nat1.deviceIpv6]);
    }, patience);
  });
  afterAll(() => organisation.end());

  it('each question to a witness is one connection straight to it, and its answer is no address of the edge', async () => {
    const counts = organisation.lab.countTowards('nat1', [edge, witness, witnessIpv6]);
    await organisation.opengsa('egress', '--refresh');
    const seen = { witness: counts(witness), witnessIpv6: counts(witnessIpv6), edge: counts(edge) };
    expect(seen.witness.connections).toBe(1);
    expect(seen.witnessIpv6.connections).toBe(1);
    expect(seen.witness.packets).toBeGreaterThan(5);
    expect(seen.edge.connections).toBe(0);
    const { ipv4, ipv6 } = (await organisation.status()).egress;
    const signed = [ipv4, ipv6].map(({ evidence }) => evidence.find(({ source }) => source === 'witness'));
    expect(signed).toMatchObject([
      { address: nat1.public, signed: true, error: null },
      { address: nat1.deviceIpv6, signed: true, error: null },
    ]);
    // Nothing of it was captured.
    const captured = (await organisation.flows()).map(({ destination }) => destination);
    expect(captured.filter((text) => text.startsWith(labHosts.edge) || text.includes(witness))).toEqual([]);
  });

  it('a captured flow is seen inside the tunnel only', async () => {
    const counts = organisation.lab.countTowards('nat1', [edge, origin]);
    // A program that accepts the invitation.
    const args = ['-sS', '--cacert', organisation.authorityFile, `https://${labHosts.stating}/`];
    const { stdout } = await organisation.lab.run('app', curl!, args, { env: invitation });
    expect(JSON.parse(stdout)).toEqual({ source: nat1.public });
    expect((await organisation.flows())[0]).toMatchObject({
      destination: `${labHosts.stating}:443`,
      action: 'tunnel',
    });
    expect(counts(origin)).toEqual({ packets: 0, connections: 0 });
    expect(counts(edge).packets).toBeGreaterThan(0);
    // The control: what does go straight to the destination is counted.
    const exchange = join(import.meta.dirname, 'programs/exchange.ts');
    await organisation.lab.run('app', pinnedNode, [exchange, origin, String(organisation.echoPort), '1']);
    expect(counts(origin).connections).toBe(1);
  });

  it.each([
    ['name', `https://${labHosts.edge}:8443/`],
    ['address', `https://${witness}:8443/`],
  ])('the edge’s own %s is not captured, whatever the rules say', async (_, url) => {
    const counts = organisation.lab.countTowards('nat1', [witness]);
    // Neither is answered: the name has no address here, and no certificate is shown.
    await organisation.lab.run('app', curl!, ['-sSk', '--max-time', '1', '--proxy', proxy, url]);
    expect((await organisation.flows())[0]).toMatchObject({ action: 'direct', reason: 'own-edge' });
    expect(counts(witness).connections).toBe(url.includes(witness) ? 1 : 0);
  });
});
