// Window states for tests of the windows: every row of the table of states as the agent's own projection makes it.
import { projectStatus } from '../../agent/core/status.ts';
import type { StatusInputs } from '../../agent/core/status-inputs.ts';
import type { Language } from '../../protocol/language.ts';
import type { Status } from '../../protocol/status.ts';
import type { WindowState } from '../../protocol/window.ts';
import { at, egress, inputs, now, ownAddress } from './status-inputs.ts';
import { statusTable } from './status-table.ts';

/** When the page is looked at: the time for which the table is written. */
export const shownAt = new Date(now).toISOString();

const checkedAt = new Date(now - 12_000).toISOString();

type Channel = StatusInputs['channels'][number];

export function channel(changes: Partial<Channel> = {}): Channel {
  return {
    ...{ name: 'Sign-in and Graph', edge: 'edge-1', state: 'up', protocol: 'h2', sessions: 1 },
    ...{ since: new Date(at('08:12:00')).toISOString(), latencyMs: 18, cause: null },
    ...{ bytesSent: 1_200_000, bytesReceived: 4_800_000 },
    ...changes,
  };
}

export const channels = [
  channel(),
  channel({ name: 'Microsoft 365', latencyMs: 21, bytesSent: 22_000_000, bytesReceived: 312_000_000 }),
];

/** What most devices have beside the row's own: two families, two channels. */
const usual: Partial<StatusInputs> = {
  channels,
  egress: { ipv4: egress('confirmed', ownAddress), ipv6: egress('confirmed', '2001:db8::7') },
};

/** The state that the agent projects for one row of the table. @throws for a row that is not there */
export function rowState(
  name: string,
  language: Language = 'en',
  more: Partial<StatusInputs> = {},
): WindowState {
  const row = statusTable.find(([title]) => title === name);
  if (row === undefined) throw new Error(`the table of states has no row ${name}`);
  const status = projectStatus(inputs({ ...usual, ...more, ...row[1] }), now, language);
  return { link: { kind: 'live' }, status: checked(status) };
}

export const rowNames: readonly string[] = statusTable.map(([name]) => name);

/** The states in which nobody answers. */
export const linkStates: Readonly<Record<string, WindowState>> = {
  starting: { link: { kind: 'starting' }, status: null },
  'agent not running': {
    link: { kind: 'absent', since: new Date(at('09:40:00')).toISOString() },
    status: null,
  },
  'access denied': {
    link: {
      kind: 'denied',
      since: new Date(at('09:40:00')).toISOString(),
      cause: 'You are not in the group opengsa.',
    },
    status: null,
  },
  'agent refused': {
    link: {
      kind: 'refused',
      since: new Date(at('09:40:00')).toISOString(),
      cause: 'The agent speaks version 2 of the management protocol, and version 1 was expected.',
    },
    status: null,
  },
};

/** The table's addresses have no time of their own. */
function checked(status: Status): Status {
  const { ipv4, ipv6 } = status.egress;
  return { ...status, egress: { ipv4: { ...ipv4, checkedAt }, ipv6: { ...ipv6, checkedAt } } };
}
