// The text that `Copy details` puts on the clipboard, for whoever helps: what the window shows, and what it rests on.
import type { Status } from '../../../protocol/status.ts';
import type { WindowState } from '../../../protocol/window.ts';
import type { WindowWords } from '../../shared/window-words.ts';

/** @param at when it is copied, ISO */
export function detailsText(
  words: WindowWords,
  { link, status }: WindowState,
  version: string,
  at: string,
): string {
  const known = link.kind === 'live' && status !== null ? statusLines(status) : [`Link: ${link.kind}`];
  const head = [words.title, words.sentence, words.cause, words.remedy].filter((text) => text !== null);
  return [...head, '', `OpenGSA ${version}, ${at}`, ...known, ''].join('\n');
}

function statusLines(status: Status): readonly string[] {
  const { connection, device, organisation, egress, edgeEgress, capture, flows } = status;
  return [
    `Status: ${connection.kind}, revision ${status.revision}, ${status.at}`,
    `Organisation: ${organisation ?? 'none'}`,
    `Device: ${device === null ? 'none' : `${device.name}, certificate until ${device.certificateExpiresAt}`}`,
    ...status.profiles.map(
      ({ title, version, enabled, rules }) =>
        `Profile: ${title}, version ${version}, ${enabled ? 'on' : 'off'}, ${rules} rules`,
    ),
    `Own IPv4: ${addressText(egress.ipv4)}`,
    `Own IPv6: ${addressText(egress.ipv6)}`,
    `Edge: ${edgeText(edgeEgress)}`,
    `Signalling: ${status.signaling}`,
    ...status.attention.map(({ kind }) => `Attention: ${kind}`),
    ...status.channels.map(
      ({ name, state, edge, latencyMs, cause }) =>
        `Channel: ${name}, ${state}, ${edge}${latencyMs === null ? '' : `, ${latencyMs} ms`}${cause === null ? '' : `, ${cause}`}`,
    ),
    `Capture: ${capture.mode}${capture.transparent === null ? '' : `, transparent ${capture.transparent.state}`}`,
    `Flows: ${flows.open} open, ${flows.tunnelled} tunnelled, ${flows.direct} direct, ${flows.blocked} blocked, ${flows.failed} failed`,
  ];
}

/** An edge that names one family says that it has no other; one that names none has told nothing. */
function edgeText({ ipv4, ipv6 }: Status['edgeEgress']): string {
  return ipv4 === null && ipv6 === null ? 'not told' : `${ipv4 ?? 'no IPv4'}, ${ipv6 ?? 'no IPv6'}`;
}

function addressText({ state, address }: Status['egress']['ipv4']): string {
  return address === null ? state : `${address} (${state})`;
}
