// Addresses that identify nobody on the way: a carrier's NAT behind the device's, and a balancer before the edge.
//
//   app ──eth0── nat1 100.64.0.7 ── carrier 203.0.113.1 ── internet ── far
//   app ──eth0── nat1 203.0.113.1 ── internet [balancer 192.0.2.200] ── far
import { afterEach, describe, expect, it } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { type LabOrganisation, startNatOrganisation } from '../support/lab-organisation.ts';
import { type NatLab, natAddresses, natLabObstacle } from '../support/nat-lab.ts';

const obstacle = natLabObstacle() ?? (installedProgram('curl') === null ? 'missing: curl' : null);
if (obstacle !== null) process.stdout.write(`hidden peer laboratory skipped: ${obstacle}\n`);
const { nat1, balancer, shared, edge } = natAddresses;
const patience = { timeout: 20_000, interval: 100 };

describe.skipIf(obstacle !== null)('a destination is told', () => {
  let organisation: LabOrganisation<NatLab>;
  afterEach(() => organisation.end());

  async function egress() {
    const { state, address } = (await organisation.status()).egress.ipv4;
    return { state, address };
  }

  const lastFlow = () => organisation.flowLog().at(-1);

  it('the carrier’s public address, and no address of those between', async () => {
    organisation = await startNatOrganisation({ carrier: true, families: ['ipv4'] });
    await expect.poll(egress, patience).toEqual({ state: 'confirmed', address: nat1.public });
    expect(await organisation.signIn()).toEqual({ source: nat1.public });
    await expect.poll(lastFlow, patience).toMatchObject({
      peerAddress: nat1.public,
      statedAddress: nat1.public,
      assurance: 'observed+attested',
    });
    const shown = `${JSON.stringify(organisation.flowLog())} ${await organisation.opengsa('egress')}`;
    expect(shown).not.toContain(shared);
    expect(shown).not.toContain(nat1.device);
  });

  it('what a witness signed, where the edge sees its balancer only', async () => {
    organisation = await startNatOrganisation({ balancer: true, families: ['ipv4'] });
    await expect.poll(egress, patience).toEqual({ state: 'confirmed', address: nat1.public });
    expect(await organisation.signIn()).toEqual({ source: nat1.public });
    await expect.poll(lastFlow, patience).toMatchObject({
      peerAddress: balancer,
      attestedIpv4: nat1.public,
      statedAddress: nat1.public,
      assurance: 'attested',
      flags: [],
    });
    // What the edge reflects is no address of this device and contradicts nobody.
    expect(await egress()).toEqual({ state: 'confirmed', address: nat1.public });
  });

  it('nothing, where the edge sees its balancer only and no witness is asked', async () => {
    const witness = { ipv4: null, ipv6: null };
    organisation = await startNatOrganisation({ balancer: true, families: ['ipv4'] }, { edge: { witness } });
    // A LOCAL header: the destination takes the connection for the edge's own.
    expect(await organisation.signIn()).toEqual({ source: edge });
    await expect.poll(lastFlow, patience).toMatchObject({
      peerAddress: balancer,
      attestedIpv4: null,
      statedAddress: null,
      assurance: 'unknown',
      flags: ['source-unknown'],
    });
    expect((await egress()).state).not.toBe('confirmed');
  });
});
