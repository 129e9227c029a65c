// Networks with two families: which address of each every destination will see, and what services on the same path saw.
//
//   app ──eth0── nat1 203.0.113.1, 2001:db8:1::/64 ── internet ── far: edge, witness, services of either family
//
// IPv4 is masked, IPv6 is not. The tunnel goes over IPv6 where the network has it. A name ends with the one family that its
// service has; `login4` is told addresses and has its policies written in IPv4.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Family } from '../../protocol/address.ts';
import type { SeenAs } from '../../protocol/seen-as.ts';
import { seenAsReport, type SeenAsReport } from '../../protocol/seen-as-report.ts';
import {
  edgeEndpoint,
  labHosts,
  type LabOrganisation,
  reflectorPort,
  startNatOrganisation,
} from '../support/lab-organisation.ts';
import { type NatLab, natAddresses, natLabObstacle } from '../support/nat-lab.ts';

const obstacle = natLabObstacle();
if (obstacle !== null) process.stdout.write(`dual-stack laboratory skipped: ${obstacle}\n`);
const { nat1, edge, edgeIpv6, origin, originIpv6, sources } = natAddresses;
/** Where anchored flows leave from. */
const anchor = { ipv4: natAddresses.witness, ipv6: natAddresses.witnessIpv6 };
/** The edge tells of its addresses those that are public, or ranges of the organisation. */
const sourceRanges = [...sources, '198.51.100.0/24', '2001:db8:f::/64'];
const patience = { timeout: 20_000, interval: 100 };
const services = { 4: origin, 6: originIpv6 } as const;
const ca = 'ca.crt';
/** This device has no way to that family. */
const noRoute = 'opengsa: network-unreachable';

describe.skipIf(obstacle !== null)('in a network with both families', () => {
  let organisation: LabOrganisation<NatLab>;

  beforeAll(async () => {
    organisation = await startNatOrganisation(
      {},
      {
        classes: ([4, 6] as const).flatMap((family) => [
          { match: `anchored${family}.contoso.test`, class: 'anchor', egress: anchor, upstream: at(family) },
          { match: `relayed${family}.contoso.test`, class: 'opaque', upstream: at(family) },
          { match: `direct${family}.contoso.test`, class: 'direct' },
        ]),
        edge: {
          edges: [edgeEndpoint(edgeIpv6, edge)],
          egress: { ipv4: edge, ipv6: edgeIpv6 },
          sourceRanges,
          microsoft: 'anchor',
          namedLocations: [
            { name: 'Head office', trusted: true, ranges: ['203.0.113.0/26', '2001:db8:2::/64'] },
            { name: 'Anchor', trusted: true, ranges: ['192.0.2.0/24', `${anchor.ipv6}/128`] },
          ],
        },
        agent: {
          customRules: [{ destinations: ['*.contoso.test', originIpv6] }],
          reflections: [
            { url: `https://${labHosts.stating}/whoami`, ca },
            { url: `https://${labHosts.statingIpv4}/whoami`, ca },
            {
              url: 'https://relayed4.contoso.test/',
              destinations: ['relayed4.contoso.test', originIpv6],
              ca,
            },
            ...['anchored4', 'anchored6', 'relayed6'].map((name) => ({
              url: `https://${name}.contoso.test/`,
              ca,
            })),
            { url: direct(origin), destinations: ['direct4.contoso.test'], ca },
            { url: direct(`[${originIpv6}]`), destinations: ['direct6.contoso.test'], ca },
          ],
        },
        reflectors: Object.values(services),
      },
    );
    await proved(['ipv4', 'ipv6']);
  }, 60_000);
  afterAll(() => organisation.end());

  it('who is told an address is told one, of the tunnel’s family or the one preferred, and each has its verdict', async () => {
    const [stated, preferred] = await verified(labHosts.stating, labHosts.statingIpv4);
    expect(stated).toMatchObject({
      ...{ path: 'edge', class: 'proxy-v2', whose: 'own', basis: 'observed' },
      addresses: { ipv4: { state: 'none' }, ipv6: outside(nat1.deviceIpv6) },
      verification: { kind: 'agrees', address: nat1.deviceIpv6 },
    });
    expect(preferred).toMatchObject({
      ...{ path: 'edge', class: 'proxy-v2', whose: 'own', basis: 'observed' },
      addresses: { ipv4: inside(nat1.public, 'Head office'), ipv6: { state: 'none' } },
      verification: { kind: 'agrees', address: nat1.public },
    });
  });

  it('an anchor shows its own address of the family it calls over, a plain relay the edge’s', async () => {
    const anchored = { ipv4: outside(anchor.ipv4), ipv6: inside(anchor.ipv6, 'Anchor') };
    const relayed = { ipv4: outside(edge), ipv6: outside(edgeIpv6) };
    const base = { path: 'edge', whose: 'edge', basis: 'observed' };
    expect(await verified(...hosts('anchored'), ...hosts('relayed'))).toMatchObject([
      { ...base, class: 'anchor', addresses: anchored, verification: agrees(anchor.ipv4) },
      { ...base, class: 'anchor', addresses: anchored, verification: agrees(anchor.ipv6) },
      { ...base, class: 'opaque', addresses: relayed, verification: agrees(edge) },
      { ...base, class: 'opaque', addresses: relayed, verification: agrees(edgeIpv6) },
    ]);
  });

  it('a direct destination sees the NAT’s IPv4 address or the device’s IPv6 address', async () => {
    const addresses = { ipv4: inside(nat1.public, 'Head office'), ipv6: outside(nat1.deviceIpv6) };
    const base = { path: 'direct', class: 'direct', whose: 'own', basis: 'observed', addresses };
    expect(await verified(...hosts('direct'))).toMatchObject([
      { ...base, verification: agrees(nat1.public) },
      { ...base, verification: agrees(nat1.deviceIpv6) },
    ]);
  });

  it('the text has a line per family, with the verdict and the observation on the line of their own', async () => {
    const asked = [labHosts.stating, ...hosts('anchored'), ...hosts('direct')];
    const text = (await organisation.opengsa('seen-as', '--verify', ...asked)).split('\n');
    const rows = text.slice(text.findIndex((line) => line.startsWith('DESTINATION')) + 1);
    const cells = rows.slice(0, rows.indexOf('')).map((line) => line.trim().split(/ {2,}/));
    const { deviceIpv6 } = nat1;
    const anchored4 = [`${anchor.ipv4} (edge)`, 'outside all', anchor.ipv4];
    const anchored6 = [`or ${anchor.ipv6} (edge)`, 'in Anchor (trusted)', anchor.ipv6];
    const own4 = [`${nat1.public} (yours)`, 'in Head office (trusted)', '-'];
    const own6 = [`or ${deviceIpv6} (yours)`, 'outside all'];
    expect(cells).toEqual([
      [labHosts.stating, 'edge', 'proxy-v2', `${deviceIpv6} (yours)`, 'outside all', edge, '[1]', 'agrees'],
      [edgeIpv6],
      ['anchored4.contoso.test', 'edge', 'anchor', ...anchored4, '[2]', 'agrees'],
      [...anchored6, 'not asked'],
      ['anchored6.contoso.test', 'edge', 'anchor', ...anchored4, '[2]', 'not asked'],
      [...anchored6, 'agrees'],
      ['direct4.contoso.test', 'direct', 'direct', ...own4, '[3]', 'agrees'],
      [...own6, 'not asked'],
      ['direct6.contoso.test', 'direct', 'direct', ...own4, '[3]', 'not asked'],
      [...own6, 'agrees'],
    ]);
  });

  it('a destination that is an address sees the edge’s of its family, and no name of two speaks for it', async () => {
    expect(await verified(originIpv6)).toMatchObject([
      {
        ...{ path: 'edge', class: 'opaque', whose: 'edge', basis: 'predicted' },
        edge: { ipv4: null, ipv6: edgeIpv6 },
        addresses: { ipv4: { state: 'none' }, ipv6: outside(edgeIpv6) },
        verification: {
          reason: 'other-path',
          detail: 'relayed4.contoso.test may be reached over IPv4, and this destination is not',
        },
      },
    ]);
  });

  it('Microsoft’s services see either address of one anchor, which is no mismatch', async () => {
    const { mismatch, destinations } = await ask(organisation);
    expect(mismatch).toBeNull();
    const members = destinations.filter(({ group }) => group !== null);
    expect(members.map(({ addresses: { ipv4, ipv6 } }) => [ipv4.address, ipv6.address])).toEqual(
      ['Sign-in', 'Graph', 'Exchange', 'SharePoint'].map(() => [edge, edgeIpv6]),
    );
  });

  it('of IPv6 only, the edge reaches services of IPv4, and nothing else does', async () => {
    organisation.lab.moveTo('nat1', ['ipv6']);
    await proved(['ipv6']);
    expect(await verified(labHosts.statingIpv4, 'anchored4.contoso.test', ...hosts('direct'))).toMatchObject([
      {
        addresses: { ipv4: { state: 'none' }, ipv6: outside(nat1.deviceIpv6) },
        verification: agrees(nat1.deviceIpv6),
      },
      { verification: agrees(anchor.ipv4) },
      {
        addresses: { ipv4: { state: 'none' }, ipv6: outside(nat1.deviceIpv6) },
        verification: { reason: 'refused', detail: noRoute },
      },
      { verification: agrees(nat1.deviceIpv6) },
    ]);
  });

  it('of IPv4 only, the edge reaches services of IPv6, and nothing else does', async () => {
    organisation.lab.moveTo('nat1', ['ipv4']);
    await proved(['ipv4']);
    expect(await verified(labHosts.stating, 'anchored6.contoso.test', ...hosts('direct'))).toMatchObject([
      {
        addresses: { ipv4: inside(nat1.public, 'Head office'), ipv6: { state: 'none' } },
        verification: agrees(nat1.public),
      },
      { verification: agrees(anchor.ipv6) },
      { verification: agrees(nat1.public) },
      {
        addresses: { ipv4: inside(nat1.public, 'Head office'), ipv6: { state: 'none' } },
        verification: { reason: 'refused', detail: noRoute },
      },
    ]);
  });

  /** Waits until the network's addresses are proved and the edge is connected over it. */
  async function proved(families: readonly Family[]): Promise<void> {
    const state = async () => {
      const { egress, connection } = await organisation.status();
      return { ipv4: egress.ipv4.address, ipv6: egress.ipv6.address, connection: connection.kind };
    };
    const wanted = {
      ipv4: families.includes('ipv4') ? nat1.public : null,
      ipv6: families.includes('ipv6') ? nat1.deviceIpv6 : null,
      connection: 'connected',
    };
    await vi.waitFor(async () => expect(await state()).toEqual(wanted), patience);
  }

  async function verified(...asked: readonly string[]): Promise<readonly SeenAs[]> {
    return (await ask(organisation, '--verify', ...asked)).destinations;
  }
});

describe.skipIf(obstacle !== null)('the alarm of a network with both families', () => {
  let organisation: LabOrganisation<NatLab>;
  afterAll(() => organisation.end());

  it('is raised where Microsoft’s services agree over IPv4 and differ over IPv6', async () => {
    const egress = { ipv4: edge, ipv6: anchor.ipv6 };
    organisation = await startNatOrganisation(
      {},
      {
        classes: [{ match: '*.sharepoint.com', class: 'anchor', egress }],
        edge: { egress: { ipv4: edge, ipv6: edgeIpv6 }, sourceRanges, microsoft: 'anchor' },
      },
    );
    const sentence = async () => (await ask(organisation)).mismatch?.sentence;
    await expect
      .poll(sentence, patience)
      .toBe(
        `Sign-in, Graph and Exchange will see ${edge} or ${edgeIpv6}, SharePoint will see ${edge} or ${anchor.ipv6}.`,
      );
    expect(await organisation.opengsa('seen-as')).toContain(
      'The edge sends them out from different addresses.',
    );
    expect((await organisation.status()).attention).toMatchObject([{ kind: 'address-mismatch' }]);
  });
});

function at(family: 4 | 6): object {
  return { address: services[family], port: reflectorPort };
}

function direct(host: string): string {
  return `https://${host}:${reflectorPort}/`;
}

/** The one whose service has IPv4, and the one whose service has IPv6. */
function hosts(name: string): readonly string[] {
  return [`${name}4.contoso.test`, `${name}6.contoso.test`];
}

function agrees(address: string): object {
  return { kind: 'agrees', address };
}

function inside(address: string, name: string): object {
  return { state: 'known', address, verdict: { kind: 'inside', locations: [{ name }] } };
}

function outside(address: string): object {
  return { state: 'known', address, verdict: { kind: 'outside' } };
}

async function ask({ opengsa }: LabOrganisation<NatLab>, ...words: readonly string[]): Promise<SeenAsReport> {
  return seenAsReport.parse(JSON.parse(await opengsa('seen-as', '--json', ...words)));
}
