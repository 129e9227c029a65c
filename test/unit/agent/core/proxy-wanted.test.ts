// When the system's proxy should lead to the agent.
import { describe, expect, test } from 'vitest';
import { agentGraceMs, proxyWanted } from '../../../../agent/core/proxy-wanted.ts';
import type { Status } from '../../../../protocol/status.ts';
import { exampleStatus } from '../../../support/example-status.ts';

const at = '2026-01-01T00:00:00.000Z';
const pacUrl = 'http://127.0.0.1:8088/0123/proxy.pac';

function status(connection: Status['connection'], capture: Partial<Status['capture']> = {}): Status {
  const example = exampleStatus();
  return {
    ...example,
    connection,
    capture: { ...example.capture, pacUrl, httpProxy: '127.0.0.1:8088', ...capture },
  };
}

const seen = (...parts: Parameters<typeof status>) =>
  proxyWanted({ kind: 'seen', status: status(...parts) }, 0);
const connected = { kind: 'connected', edge: 'edge.contoso.test', since: at } as const;
const wanted = { kind: 'wanted', pacUrl, httpProxy: '127.0.0.1:8088' };

describe('wanted', () => {
  test.each([
    [connected],
    [{ kind: 'connecting', attempt: 1, since: at } as const],
    [{ kind: 'paused', since: at, until: at } as const],
    [{ kind: 'captive-portal', since: at, page: null } as const],
    [{ kind: 'no-internet', since: at } as const],
    [{ kind: 'edge-unreachable', since: at, cause: 'down', retryAt: null } as const],
  ])('while the mode is on: %j', (connection) => {
    expect(seen(connection)).toEqual(wanted);
  });

  test('while an agent is away for a moment', () => {
    const gone = { kind: 'gone', status: status(connected), since: 1_000 } as const;
    expect(proxyWanted(gone, 1_000 + agentGraceMs - 1)).toEqual(wanted);
    expect(proxyWanted(gone, 1_000 + agentGraceMs)).toEqual({ kind: 'unwanted', reason: 'no-agent' });
  });

  test('in both modes of capture by proxy', () => {
    expect(seen(connected, { mode: 'both' })).toEqual(wanted);
  });
});

describe('not wanted', () => {
  test('before an agent was seen', () => {
    expect(proxyWanted({ kind: 'never-seen' }, 0)).toEqual({ kind: 'unwanted', reason: 'no-agent' });
  });

  test.each([
    ['disconnected', status({ kind: 'disabled', by: 'user', since: at })],
    ['disconnected', status({ kind: 'disabled', by: 'organisation', since: at })],
    ['not-enrolled', status({ kind: 'not-enrolled' })],
    ['no-proxy-capture', status(connected, { mode: 'transparent' })],
    ['no-http-proxy', status(connected, { pacUrl: null, httpProxy: null })],
  ] as const)('%s', (reason, given) => {
    expect(proxyWanted({ kind: 'seen', status: given }, 0)).toEqual({ kind: 'unwanted', reason });
  });
});
