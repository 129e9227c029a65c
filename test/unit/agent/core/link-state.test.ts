import { describe, expect, test } from 'vitest';
import { nextLink } from '../../../../agent/core/link-state.ts';
import type { TunnelState } from '../../../../agent/core/session-state.ts';
import type { Link } from '../../../../agent/core/status-inputs.ts';

const nameOf = (edge: number): string => `edge-${edge + 1}`;
const toWall = (time: number): number => 1_000_000 + time;
const common = { attempts: 3, since: 50 };
const attempt = { id: 3, edge: 0 };
const unreachable: Link = { kind: 'unreachable', since: 7, cause: 'refused', retryAt: 9 };
const connecting: Link = { kind: 'connecting', attempt: 1, since: 1, cause: null };
const refused: Link = { kind: 'refused', edge: 'edge-1', since: 7, cause: 'revoked' };
const untrusted: Link = { kind: 'untrusted', edge: 'edge-1', since: 7, cause: 'other authority' };
const again: TunnelState = { ...common, failures: 1, kind: 'connecting', attempt, failed: [] };

describe('link', () => {
  test.each<[string, Link, TunnelState, Link]>([
    [
      'the first attempt is connecting',
      connecting,
      { ...common, failures: 0, kind: 'connecting', attempt, failed: [] },
      { kind: 'connecting', attempt: 1, since: 1, cause: null },
    ],
    [
      'a retry in the background is still unreachable',
      unreachable,
      { ...common, failures: 1, kind: 'connecting', attempt, failed: [] },
      unreachable,
    ],
    [
      'waiting again keeps the beginning and tells the next try',
      unreachable,
      { ...common, failures: 2, kind: 'backing-off', cause: 'no answer', retryAt: 60 },
      { kind: 'unreachable', since: 7, cause: 'no answer', retryAt: 1_000_060 },
    ],
    [
      'connected names the edge',
      unreachable,
      { ...common, failures: 0, kind: 'connected', edge: 1, probe: null },
      { kind: 'connected', edge: 'edge-2', since: 1_000_050 },
    ],
    [
      'another edge is another connection',
      { kind: 'connected', edge: 'edge-1', since: 5 },
      { ...common, failures: 0, kind: 'connected', edge: 1, probe: null },
      { kind: 'connected', edge: 'edge-2', since: 1_000_050 },
    ],
    [
      'a refused device',
      connecting,
      {
        ...common,
        failures: 1,
        kind: 'blocked',
        reason: 'device-refused',
        edge: 0,
        cause: 'revoked',
        retryAt: 1,
      },
      { kind: 'refused', edge: 'edge-1', since: 1_000_050, cause: 'revoked' },
    ],
    [
      'an edge that is not proven',
      connecting,
      {
        ...common,
        failures: 1,
        kind: 'blocked',
        reason: 'edge-untrusted',
        edge: 1,
        cause: 'other authority',
        retryAt: 1,
      },
      { kind: 'untrusted', edge: 'edge-2', since: 1_000_050, cause: 'other authority' },
    ],
    ['a refusal holds while it is tried again', refused, again, refused],
    ['so does an edge that is not proven', untrusted, again, untrusted],
    ['before the start it connects', connecting, { ...common, failures: 0, kind: 'idle' }, connecting],
    [
      'after a stop it connects, and no failure of before is told',
      unreachable,
      { ...common, failures: 2, kind: 'draining' },
      { kind: 'connecting', attempt: 1, since: 1_000_050, cause: null },
    ],
  ])('%s', (_, previous, state, expected) => {
    expect(nextLink(previous, state, nameOf, toWall)).toEqual(expected);
  });
});
