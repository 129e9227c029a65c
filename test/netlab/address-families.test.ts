// Networks with IPv4 only, IPv6 only, or one by each way: which address each destination is told, and what is shown.
//
//              ┌─eth0── nat1 203.0.113.1,  2001:db8:1::/64 ─┐
//   app ───────┤                                            ├── internet ── far: edge, witness, destination
//   the device └─eth1── nat2 203.0.113.65, 2001:db8:2::/64 ─┘
//
// IPv4 is masked, IPv6 is not. The destination login4 has its policies written in IPv4 (`family: ipv4`).
import { afterEach, describe, expect, it } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import {
  edgeEndpoint,
  labHosts,
  type LabOrganisation,
  startNatOrganisation,
} from '../support/lab-organisation.ts';
import { type NatLab, natAddresses, natLabObstacle } from '../support/nat-lab.ts';

const obstacle = natLabObstacle() ?? (installedProgram('curl') === null ? 'missing: curl' : null);
if (obstacle !== null) process.stdout.write(`address family laboratory skipped: ${obstacle}\n`);
const { nat1, nat2, edge, edgeIpv6 } = natAddresses;
const patience = { timeout: 20_000, interval: 100 };

describe.skipIf(obstacle !== null)('a network', () => {
  let organisation: LabOrganisation<NatLab>;
  afterEach(() => organisation.end());

  async function egress() {
    const { ipv4, ipv6 } = (await organisation.status()).egress;
    return { ipv4: `${ipv4.state} ${ipv4.address}`, ipv6: `${ipv6.state} ${ipv6.address}` };
  }

  const lastFlow = () => organisation.flowLog().at(-1);

  it('of IPv4 only has no IPv6 address to show, and states the NAT’s', async () => {
    organisation = await startNatOrganisation({ families: ['ipv4'] });
    await expect.poll(egress, patience).toEqual({ ipv4: `confirmed ${nat1.public}`, ipv6: 'none null' });
    for (const host of [labHosts.stating, labHosts.statingIpv4]) {
      expect(await organisation.signIn(host)).toEqual({ source: nat1.public });
    }
  });

  it('of IPv6 only has no IPv4 address to show, and states the device’s own, preferred or not', async () => {
    organisation = await startNatOrganisation({ families: ['ipv6'] });
    await expect.poll(egress, patience).toEqual({ ipv4: 'none null', ipv6: `confirmed ${nat1.deviceIpv6}` });
    for (const host of [labHosts.stating, labHosts.statingIpv4]) {
      expect(await organisation.signIn(host)).toEqual({ source: nat1.deviceIpv6 });
    }
    await expect.poll(lastFlow, patience).toMatchObject({
      peerAddress: nat1.deviceIpv6,
      attestedIpv4: null,
      assurance: 'observed+attested',
    });
  });

  it('of both states, to who prefers IPv4, the NAT’s address that a witness signed although the tunnel is over IPv6', async () => {
    organisation = await startNatOrganisation({}, { edge: { edges: [edgeEndpoint(edgeIpv6, edge)] } });
    const both = (ipv4: string, ipv6: string) => ({ ipv4: `confirmed ${ipv4}`, ipv6: `confirmed ${ipv6}` });
    await expect.poll(egress, patience).toEqual(both(nat1.public, nat1.deviceIpv6));
    expect(await organisation.signIn()).toEqual({ source: nat1.deviceIpv6 });
    expect(await organisation.signIn(labHosts.statingIpv4)).toEqual({ source: nat1.public });
    await expect.poll(lastFlow, patience).toMatchObject({
      authority: `${labHosts.statingIpv4}:443`,
      peerAddress: nat1.deviceIpv6,
      attestedIpv4: nat1.public,
      attestedIpv6: nat1.deviceIpv6,
      statedAddress: nat1.public,
      assurance: 'attested',
      flags: [],
    });
    const shown = await organisation.opengsa('egress');
    expect(shown).toContain(nat1.public);
    expect(shown).toContain(nat1.deviceIpv6);

    organisation.lab.moveTo('nat2');
    await expect.poll(egress, patience).toEqual(both(nat2.public, nat2.deviceIpv6));
    await expect.poll(() => organisation.signIn(), patience).toEqual({ source: nat2.deviceIpv6 });
    expect(await organisation.signIn(labHosts.statingIpv4)).toEqual({ source: nat2.public });
  });

  it('of both loses one family and keeps to the other', async () => {
    organisation = await startNatOrganisation({}, { edge: { edges: [edgeEndpoint(edgeIpv6, edge)] } });
    await expect
      .poll(egress, patience)
      .toEqual({ ipv4: `confirmed ${nat1.public}`, ipv6: `confirmed ${nat1.deviceIpv6}` });
    organisation.lab.moveTo('nat1', ['ipv4']);
    await expect.poll(egress, patience).toEqual({ ipv4: `confirmed ${nat1.public}`, ipv6: 'none null' });
    await expect.poll(() => organisation.signIn(), patience).toEqual({ source: nat1.public });
  });
});
