import { expect, test } from 'vitest';
import { predictionKey } from '../../../../app/shared/prediction-key.ts';
import { contosoStatus } from '../../../support/shown-diagnostics.ts';

const status = contosoStatus();

test('clocks and counters change nothing', () => {
  const later = {
    ...status,
    revision: 9,
    at: '2027-01-01T00:00:00.000Z',
    flows: { ...status.flows, open: 3 },
  };
  expect(predictionKey(later)).toBe(predictionKey(status));
});

test.each([
  ['the connection', { connection: { kind: 'not-enrolled' } }],
  ['signalling', { signaling: 'disabled' }],
  ["the edge's address", { edgeEgress: { ipv4: '198.51.100.6', ipv6: null } }],
  ['named locations', { locations: { ...status.locations, imported: 7 } }],
  [
    'the own address',
    { egress: { ...status.egress, ipv4: { ...status.egress.ipv4, address: '203.0.113.9' } } },
  ],
] as const)('%s changes it', (_, changes) => {
  expect(predictionKey({ ...status, ...changes })).not.toBe(predictionKey(status));
});
