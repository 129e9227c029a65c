// A NAT with two public addresses: witness and tunnel may be seen at different ones, and nobody is told what is in doubt.
//
//   app ──eth0── nat1 203.0.113.1 or .2 ── internet ── far: edge, witness, destination
//
// The NAT chooses by destination, so that the two always differ, or gives each new connection the next.
import { afterEach, describe, expect, it } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { type LabOrganisation, startNatOrganisation } from '../support/lab-organisation.ts';
import { type NatLab, natAddresses, natLabObstacle } from '../support/nat-lab.ts';

const obstacle = natLabObstacle() ?? (installedProgram('curl') === null ? 'missing: curl' : null);
if (obstacle !== null) process.stdout.write(`NAT pool laboratory skipped: ${obstacle}\n`);
const { nat1, edge, witness } = natAddresses;
const patience = { timeout: 20_000, interval: 100 };

describe.skipIf(obstacle !== null)('behind a NAT with two addresses', () => {
  let organisation: LabOrganisation<NatLab>;
  afterEach(() => organisation.end());

  async function egress() {
    const { state, address } = (await organisation.status()).egress.ipv4;
    return { state, address };
  }

  /** The tunnel is seen at the one, the witness sees the other. */
  async function startApart(strict: boolean): Promise<void> {
    organisation = await startNatOrganisation({ families: ['ipv4'] }, { edge: { strict } });
    organisation.lab.maskByDestination('nat1', { [edge]: nat1.public, [witness]: nat1.other });
    await organisation.opengsa('egress', '--refresh');
    expect(await egress()).toEqual({ state: 'confirmed', address: nat1.other });
  }

  async function expectDoubt(): Promise<void> {
    await expect.poll(egress, patience).toEqual({ state: 'ambiguous', address: null });
    const { attention, title, cause } = await organisation.status();
    expect(attention).toMatchObject([{ kind: 'address-ambiguous', family: 'ipv4' }]);
    expect(title).toBe('Address not proven');
    const shown = [cause, await organisation.opengsa('egress')];
    for (const text of shown) {
      expect(text).toContain(nat1.public);
      expect(text).toContain(nat1.other);
    }
  }

  const lastFlow = () => organisation.flowLog().at(-1);

  async function expectUnattested(): Promise<void> {
    const before = organisation.flowLog().length;
    expect(await organisation.signIn()).toEqual({ source: nat1.public });
    await expect.poll(() => organisation.flowLog().length, patience).toBe(before + 1);
    expect(lastFlow()).toMatchObject({
      peerAddress: nat1.public,
      attestedIpv4: null,
      statedAddress: nat1.public,
      assurance: 'observed',
      flags: [],
    });
  }

  it('that goes by destination, the edge states what it sees, flags the difference, and is sent no more of it', async () => {
    await startApart(false);
    expect(await organisation.signIn()).toEqual({ source: nat1.public });
    await expect.poll(lastFlow, patience).toMatchObject({
      peerAddress: nat1.public,
      attestedIpv4: nat1.other,
      statedAddress: nat1.public,
      assurance: 'observed',
      flags: ['egress-mismatch'],
    });
    await expectDoubt();
    await expectUnattested();
  });

  it('that goes by destination, a strict edge refuses by name, the person sees why, and the next sign-in goes well', async () => {
    await startApart(true);
    expect(await organisation.signIn()).toMatch(/curl: /);
    await expect.poll(lastFlow, patience).toMatchObject({
      result: 'refused',
      proxyError: 'http_request_denied',
      reason: 'egress-mismatch',
      attestedIpv4: nat1.other,
      statedAddress: null,
    });
    expect((await organisation.flows())[0]).toMatchObject({
      state: 'refused',
      detail: 'edge.contoso.test: egress-mismatch',
      egressObserved: nat1.public,
    });
    expect(await organisation.opengsa('flows')).toContain('egress-mismatch');
    expect(organisation.receiverLog()).toEqual([]);
    await expectDoubt();
    await expectUnattested();
  });

  it('that alternates, no destination is told anything but what the edge sees, whatever was signed', async () => {
    organisation = await startNatOrganisation({ families: ['ipv4'] });
    organisation.lab.maskAs('nat1', nat1.public, nat1.other);
    const watch = organisation.watch();
    await expect.poll(() => watch.seen().length, patience).toBeGreaterThan(0);
    for (let round = 0; round < 6; round++) {
      await organisation.opengsa('egress', '--refresh');
      expect(await organisation.signIn()).toEqual({ source: nat1.public });
    }
    // The control: the witness did see both.
    const witnessed = watch.seen().flatMap(({ egress: { ipv4 } }) => ipv4.evidence);
    const signed = witnessed.flatMap(({ source, address }) => (source === 'witness' ? [address] : []));
    expect(new Set(signed)).toEqual(new Set([nat1.public, nat1.other]));
    await expect.poll(() => organisation.flowLog().length, patience).toBe(6);
    for (const { peerAddress, statedAddress, attestedIpv4, flags } of organisation.flowLog()) {
      expect(statedAddress).toBe(peerAddress);
      const differs = attestedIpv4 !== null && attestedIpv4 !== peerAddress;
      expect(flags).toEqual(differs ? ['egress-mismatch'] : []);
    }
  });
});
