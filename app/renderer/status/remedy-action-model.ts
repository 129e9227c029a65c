// Which remedy a window can do for the person, for every state that people meet.
import type { Attention, Status } from '../../../protocol/status.ts';
import type { WindowState } from '../../../protocol/window.ts';

export type RemedyAction =
  /** Tries the edge again at once. */
  | 'try-now'
  | 'resume'
  | 'sign-in'
  /** No remedy of a fault: what a person may want who has signed in. */
  | 'sign-out'
  | 'turn-on'
  | 'check-addresses'
  | 'show-source-address'
  | 'health-check'
  | 'open-page'
  /** The documentation, where the remedy is nothing that a window may do. */
  | 'show-how';

/** Null: there is nothing to do here, or only somebody else can. */
export function remedyAction({ link, status }: WindowState): RemedyAction | null {
  if (link.kind === 'absent') return 'show-how';
  if (link.kind !== 'live' || status === null) return null;
  return statusAction(status);
}

/** Whether the button says the whole remedy, so that its sentence would only repeat it. */
export function saysWholeRemedy(action: RemedyAction): boolean {
  return !['try-now', 'check-addresses', 'show-how'].includes(action);
}

function statusAction({ connection, attention }: Status): RemedyAction | null {
  switch (connection.kind) {
    case 'connected':
      return attention[0] === undefined ? null : attentionAction(attention[0]);
    case 'edge-unreachable':
    case 'edge-untrusted':
      return 'try-now';
    case 'paused':
      return 'resume';
    case 'disabled':
      return connection.by === 'user' ? 'turn-on' : null;
    case 'captive-portal':
      return connection.page === null ? null : 'open-page';
    case 'not-enrolled':
      return 'show-how';
    case 'sign-in-needed':
      return 'sign-in';
    case 'connecting':
    case 'device-refused':
    case 'no-internet':
      return null;
  }
}

export function attentionAction({ kind }: Attention): RemedyAction | null {
  switch (kind) {
    case 'address-ambiguous':
      return 'check-addresses';
    case 'address-mismatch':
      return 'show-source-address';
    case 'channels-unreachable':
      return 'health-check';
    case 'signaling-disabled':
    case 'microsoft-undecided':
    case 'foreign-edge':
    case 'profile-refused':
    case 'capture-impaired':
    case 'program-rules-idle':
      return null;
  }
}
