// The agent's question and the edge's witness together: what the edge signs, the agent attaches, and the edge accepts.
import { createPublicKey } from 'node:crypto';
import { exportJWK } from 'jose';
import { serializeList } from 'structured-headers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../agent/clock.ts';
import { createEgressDetector, type EgressDetector } from '../../agent/egress/detector.ts';
import { witnessProbe, type WitnessTarget } from '../../agent/egress/witness-probe.ts';
import { parsePrefix } from '../../protocol/address.ts';
import { tunnelFields } from '../../protocol/tunnel.ts';
import {
  answered,
  type DataPlane,
  edgeName,
  issuer,
  opaqueTo,
  openSession,
  startDataPlane,
} from '../support/data-plane.ts';
import { type Origin, startEcho } from '../support/origins.ts';
import type { Identity } from '../support/pki.ts';

const workstation = '127.0.0.7';
let echo: Origin;
let edge: DataPlane;
let detector: EgressDetector | null = null;

beforeEach(async () => {
  echo = await startEcho();
  edge = await startDataPlane({ classes: [opaqueTo('echo.contoso.test', echo)] });
});
afterEach(async () => {
  detector?.stop();
  await edge.close();
  await echo.close();
});

async function target(device: Identity = edge.device): Promise<WitnessTarget> {
  const { kid, privateKey } = edge.witnessKey;
  const keys = { keys: [{ ...(await exportJWK(createPublicKey(privateKey))), kid, alg: 'ES256' }] };
  return {
    family: 'ipv4',
    endpoint: { url: `https://${edgeName}:${edge.port}`, addresses: [edge.host] },
    localAddress: workstation,
    key: device.key,
    certificate: device.cert,
    authority: edge.pki.ca.cert,
    expected: { family: 'ipv4', keys, issuer, thumbprint: device.thumbprint },
    budgetMs: 5000,
  };
}

async function ask(device?: Identity) {
  return witnessProbe(await target(device), systemClock)(new AbortController().signal);
}

it('a statement of the edge is attached, and the edge takes it as proof of the address', async () => {
  detector = createEgressDetector({
    witness: {
      ipv4: { operator: 'Contoso', asked: edgeName, ask: witnessProbe(await target(), systemClock) },
      ipv6: null,
    },
    thirdParties: { ipv4: [], ipv6: [] },
    longestIntervalMs: 120_000,
    clock: systemClock,
    random: () => 0,
    onChange: () => undefined,
    onAddressChanged: () => undefined,
  });
  detector.setSourceRanges([parsePrefix('127.0.0.0/8')!]);
  detector.start();
  await detector.refresh();
  const attestations = detector.attestations();
  expect(attestations).toHaveLength(1);

  const session = await openSession(edge, { localAddress: workstation });
  const field = serializeList(attestations.map((jws) => [jws, new Map()]));
  const { status, headers, stream } = await answered(session, 'echo.contoso.test:443', {
    [tunnelFields.attestation]: field,
  });
  expect(status).toBe(200);
  expect(headers[tunnelFields.observed]).toBe(`"${workstation}";assurance=observed+attested`);
  stream.end();
  stream.resume();
  await expect.poll(() => edge.records.length).toBe(1);
  session.destroy();
  expect(edge.records[0]).toMatchObject({ attestedIpv4: workstation, attestationFaults: [] });
});

it('a device whose certificate was withdrawn is refused', async () => {
  edge.state.standings.clear();
  expect(await ask()).toMatchObject({ kind: 'failed', reason: 'device-refused' });
});

it('a device of another authority gets no statement', async () => {
  expect(await ask(edge.pki.rogueDevice())).toMatchObject({ kind: 'failed', reason: 'hung-up' });
  expect(edge.logged.filter(({ message }) => message.includes('fault'))).toEqual([]);
});

it('an address that may not be a source gets no statement and says which it is', async () => {
  edge.state.policy = { ...edge.state.policy, sourceRanges: [] };
  expect(await ask()).toEqual({ kind: 'failed', reason: 'address-not-allowed', detail: workstation });
});
