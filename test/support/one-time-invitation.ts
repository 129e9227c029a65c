// An invitation of one device, read from what an edge printed.
import { isOneTime, type OneTimeInvitation, parseInvitation } from '../../protocol/invitation.ts';

export function parseOneTime(text: string): OneTimeInvitation {
  const invitation = parseInvitation(text);
  if (!isOneTime(invitation)) throw new Error('an invitation without a secret');
  return invitation;
}
