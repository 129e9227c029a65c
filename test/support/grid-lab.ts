// The example organisation with one destination for each case of the hardening grid, and a capture at the device's uplink.
//
// Each destination can be reached directly and through the edge, by its name and by its address, so that every packet that
// goes the wrong way is seen and belongs to one case.
import type { Family } from '../../protocol/address.ts';
import type { Hardening } from '../../protocol/profile.ts';
import { installedProgram } from './debian-programs.ts';
import { startDnsmasq } from './dns-server.ts';
import { cellsOf, type GridCell, gridFronts } from './hardening-grid.ts';
import { edgeEndpoint, labHosts, type LabOrganisation, startNatOrganisation } from './lab-organisation.ts';
import { type NatLab, natAddresses } from './nat-lab.ts';
import { within } from './netlab.ts';
import { pinnedNode } from './processes.ts';
import { startUplinkCapture, type UplinkCapture } from './uplink-capture.ts';
import { join } from 'node:path';

export type GridLab = {
  readonly organisation: LabOrganisation<NatLab>;
  readonly capture: UplinkCapture;
};

/** A program that has configured nothing asks directly at the destinations that no rule names. */
export const controlAddresses: Readonly<Record<Family, string>> = {
  ipv4: '198.51.100.90',
  ipv6: '2001:db8:f::90',
};

export const gridPorts = { destination: 443, 'HTTP proxy': 8088, SOCKS5: 8089, tunnel: 8443 } as const;

const nameserver = '198.51.100.53';
/** One rule per hardening names these. */
const subnets: Readonly<Record<Hardening, Readonly<Record<Family, string>>>> = {
  bypass: { ipv4: '198.51.100.128/27', ipv6: '2001:db8:f::a:0/112' },
  block: { ipv4: '198.51.100.160/27', ipv6: '2001:db8:f::b:0/112' },
};

/** Where names lead to: in no subnet of a rule. */
const beyondSubnets: typeof subnets = {
  bypass: { ipv4: '198.51.100.192/27', ipv6: '2001:db8:f::c:0/112' },
  block: { ipv4: '198.51.100.224/28', ipv6: '2001:db8:f::d:0/112' },
};

/** The destinations of one case, of its family. */
export function destinationOf({ hardening, family, front }: GridCell): {
  readonly name: string;
  /** The only address of the name. */
  readonly named: string;
  /** In a subnet of the rule. */
  readonly address: string;
} {
  const label = front.toLowerCase().replaceAll(' ', '-');
  return {
    name: `${label}-${family}.${hardening}.contoso.test`,
    named: member(beyondSubnets[hardening][family], gridFronts.indexOf(front) + 1),
    address: member(subnets[hardening][family], gridFronts.indexOf(front) + 1),
  };
}

/** `198.51.100.128/27`, 2 → `198.51.100.130` */
function member(prefix: string, number: number): string {
  const [, network = '', last = ''] = /^(.*[.:])(\d+)\/\d+$/.exec(prefix) ?? [];
  return `${network}${Number(last) + number}`;
}

/** Waits until the agent is connected, its rules in force, and the capture looks. */
export async function startGridLab(): Promise<GridLab> {
  const destinations = cellsOf('connected').map(destinationOf);
  const organisation = await startNatOrganisation(
    { nameserver },
    { edge: edgeSettings(destinations), agent: agentSettings(), capture: 'both' },
  );
  try {
    await startDestinations(organisation, destinations);
    return { organisation, capture: await watchUplink(organisation) };
  } catch (error) {
    await organisation.end();
    throw error;
  }
}

type Settings = Readonly<Record<string, unknown>>;
type Destination = ReturnType<typeof destinationOf>;

function edgeSettings(destinations: readonly Destination[]): Settings {
  const { edge, witness, edgeIpv6, witnessIpv6, origin } = natAddresses;
  const { destination: port, tunnel } = gridPorts;
  const relay = (match: string, address: string) => ({ match, class: 'opaque', upstream: { address, port } });
  const relayed = destinations.flatMap(({ name, named, address }) => [
    relay(name, named),
    relay(address, address),
  ]);
  return {
    listen: {
      tunnel: [edge, witness, `[${edgeIpv6}]`, `[${witnessIpv6}]`].map((at) => `${at}:${tunnel}`),
      portalCheck: `${edge}:80`,
    },
    // One address: an attempt that gets no answer ends sooner than if a second one were tried after it.
    edges: [edgeEndpoint(edge)],
    classes: [
      ...relayed,
      { match: labHosts.ticker, class: 'opaque', upstream: { address: origin, port: 9 } },
    ],
    // A flow that is open outlives what the grid asks of a draining edge.
    limits: { drainSeconds: 300 },
  };
}

function agentSettings(): Settings {
  const rule = (hardening: Hardening) => ({
    destinations: [`*.${hardening}.contoso.test`, ...Object.values(subnets[hardening])],
    hardening,
  });
  return {
    capture: { http: `127.0.0.1:${gridPorts['HTTP proxy']}`, socks5: `127.0.0.1:${gridPorts.SOCKS5}` },
    customRules: [rule('bypass'), rule('block'), { destinations: [labHosts.ticker] }],
  };
}

async function startDestinations(
  { lab }: LabOrganisation<NatLab>,
  destinations: readonly Destination[],
): Promise<void> {
  const addresses = [
    nameserver,
    ...Object.values(controlAddresses),
    ...destinations.flatMap(({ named, address }) => [named, address]),
  ];
  const commands = addresses.map((address) =>
    address.includes(':') ? `address add ${address}/64 dev eth0 nodad` : `address add ${address}/24 dev eth0`,
  );
  const { code, stderr } = await lab.run('far', installedProgram('ip')!, ['-batch', '-'], {
    input: `${commands.join('\n')}\n`,
  });
  if (code !== 0) throw new Error(`the destinations have no addresses: ${stderr}`);
  const program = join(import.meta.dirname, '../netlab/programs/peer-answers.ts');
  const answering = lab.start('far', pinnedNode, [program, String(gridPorts.destination)]);
  const records = destinations.map(({ name, named }) => `--host-record=${name},${named}`);
  await Promise.all([answering.line(/^ready$/), startDnsmasq(within(lab, 'far'), [nameserver], 53, records)]);
}

function watchUplink({ lab }: LabOrganisation<NatLab>): Promise<UplinkCapture> {
  const { nat1, edge, edgeIpv6, witness, witnessIpv6 } = natAddresses;
  return startUplinkCapture(lab.router('nat1'), {
    interface: 'lan',
    from: [nat1.device, nat1.deviceIpv6],
    except: [edge, edgeIpv6, witness, witnessIpv6],
  });
}
