// A status as text: the state, who sees what, and the parts that make it so.
import type { EgressAddressStatus, Status } from '../../protocol/status.ts';
import { distributionText } from './distribution-text.ts';
import { seenAsTable } from './seen-as-text.ts';
import { bytes, clockTime, counted, dayOf, facts } from './table.ts';

/** The lines of `opengsa status`. */
export function statusText(status: Status): readonly string[] {
  return [
    ...headline(status),
    ...section('Addresses', facts(addressFacts(status), '  ')),
    ...section('What services see', status.seenAs.length === 0 ? [] : indented(seenAsTable(status.seenAs))),
    ...section('Connection', facts(connectionFacts(status), '  ')),
  ];
}

/** The lines after a change: what holds at this moment, and nothing else. */
export function headline(status: Status): readonly string[] {
  const lines = [status.title, status.sentence];
  if (status.cause !== null) lines.push(`Why: ${status.cause}`);
  const remedy = remedyText(status);
  if (remedy !== null) lines.push(`What to do: ${remedy}`);
  return lines;
}

export function addressFacts(status: Status): readonly (readonly [string, string])[] {
  return [
    ['Your network, IPv4', addressText(status.egress.ipv4)],
    ['Your network, IPv6', addressText(status.egress.ipv6)],
    ['The edge', edgeText(status)],
  ];
}

export function addressText({ state, address, evidence }: EgressAddressStatus): string {
  switch (state) {
    case 'confirmed':
      return `${address ?? ''} (confirmed)`;
    case 'probable':
      return `${address ?? ''} (probable)`;
    case 'ambiguous': {
      const named = evidence.flatMap(({ address: seen }) => (seen === null ? [] : [seen]));
      return `not proven: ${[...new Set(named)].join(' or ')}`;
    }
    case 'detecting':
      return 'checking';
    case 'stale':
      return 'not checked since the network changed';
    case 'none':
      return 'this network has none';
    case 'unknown':
      return 'not known';
  }
}

// The remedies name what a person does; here that is a command.
function remedyText(status: Status): string | null {
  switch (status.connection.kind) {
    case 'paused':
      return 'opengsa resume';
    case 'disabled':
      if (status.connection.by === 'organisation') return status.remedy;
      return status.profiles.some((profile) => profile.enabled)
        ? 'opengsa connect'
        : 'opengsa profile enable microsoft';
    case 'not-enrolled':
      return 'name the directory of the device in agent.yaml (credentials) and start the agent again';
    case 'sign-in-needed':
      return 'opengsa sign-in';
    case 'connecting':
      return null;
    case 'edge-unreachable':
      return 'opengsa connect tries now; or use another network';
    default:
      return status.remedy;
  }
}

function edgeText({ edgeEgress, connection }: Status): string {
  const known = [edgeEgress.ipv4, edgeEgress.ipv6].filter((address) => address !== null);
  if (known.length > 0) return known.join(' or ');
  return connection.kind === 'connected' ? 'not known' : 'not connected';
}

function connectionFacts(status: Status): readonly (readonly [string, string])[] {
  const { capture, flows, device, organisation, person } = status;
  return [
    ['Organisation', organisation ?? 'none'],
    [
      'Device',
      device === null
        ? 'not enrolled'
        : `${device.name}, certificate until ${device.certificateExpiresAt.slice(0, 10)}`,
    ],
    [
      'Signed in',
      person === null
        ? 'nobody'
        : `${person.name}, since ${clockTime(person.signedInAt)} on ${dayOf(person.signedInAt)}`,
    ],
    ...status.channels.map((channel) => [capitalised(channel.name), channelText(channel)] as const),
    ['Signalling', status.signaling === 'unknown' ? 'not known' : status.signaling],
    ...distributionText(status.distribution).map((line, i) => [i === 0 ? 'Profiles' : '', line] as const),
    ...status.profiles.map((profile) => [profile.title, profileText(profile)] as const),
    ['HTTP proxy', capture.httpProxy ?? 'off'],
    ['SOCKS5 proxy', capture.socks5 ?? 'off'],
    ['PAC', capture.pacUrl ?? 'off'],
    ...transparentFacts(capture.transparent),
    [
      'Flows',
      `${flows.open} open, ${flows.total} in all: ${flows.tunnelled} through the edge, ${flows.direct} direct, ` +
        `${flows.blocked} blocked; ${flows.failed} of them failed`,
    ],
  ];
}

function transparentFacts(transparent: Status['capture']['transparent']): readonly [string, string][] {
  if (transparent === null) return [];
  const { state, names, subnets, nameservers, notCaptured } = transparent;
  const taken = [
    counted(names, 'name', 'names'),
    counted(subnets.ipv4, 'IPv4 range', 'IPv4 ranges'),
    counted(subnets.ipv6, 'IPv6 range', 'IPv6 ranges'),
    `name servers ${nameservers.length === 0 ? 'none' : nameservers.join(' and ')}`,
  ];
  const passing = counted(notCaptured.length, 'destination passes by', 'destinations pass by');
  return [
    ['Without a proxy', state === 'on' ? `captured: ${taken.join(', ')}` : transparentStates[state]],
    ...(notCaptured.length === 0
      ? []
      : [['', `${passing}: opengsa status --json names them`] as [string, string]]),
  ];
}

const transparentStates = {
  idle: 'not captured while traffic goes directly',
  failed: 'not captured: opengsa health says why',
} as const;

function profileText(profile: Status['profiles'][number]): string {
  const state = profile.enabled ? 'on' : profile.locked ? 'off, by your organisation' : 'off';
  return `${state}, version ${profile.version}, ${counted(profile.rules, 'rule', 'rules')}`;
}

function channelText(channel: Status['channels'][number]): string {
  const parts = [channel.state === 'up' ? `up, ${channel.edge}` : channel.state];
  if (channel.protocol !== null) parts.push(channel.protocol);
  if (channel.latencyMs !== null) {
    parts.push(channel.latencyMs < 1 ? 'under 1 ms' : `${Math.round(channel.latencyMs)} ms`);
  }
  if (channel.bytesSent + channel.bytesReceived > 0) {
    parts.push(`${bytes(channel.bytesSent)} out, ${bytes(channel.bytesReceived)} in`);
  }
  if (channel.cause !== null) parts.push(channel.cause);
  return parts.join(', ');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
