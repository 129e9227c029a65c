// The glyph of a channel's state; its word stands beside it.
import type { Status } from '../../../protocol/status.ts';

export const channelIcons: Readonly<Record<Status['channels'][number]['state'], string>> = {
  up: 'pass',
  connecting: 'busy',
  unreachable: 'fail',
  off: 'skipped',
  paused: 'paused',
};
