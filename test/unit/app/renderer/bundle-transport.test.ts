import { expect, test } from 'vitest';
import { makeBundle } from '../../../../agent/core/log-bundle.ts';
import { bundleTransport } from '../../../../app/renderer/bundle-transport.ts';
import type { Transport } from '../../../../app/shared/transport.ts';
import type { LogBundlePart } from '../../../../protocol/log-bundle.ts';
import { exampleKnowledge, exampleParts } from '../../../support/example-bundle.ts';
import { contosoReport, faultyHealth } from '../../../support/shown-diagnostics.ts';

function opened(...parts: readonly LogBundlePart[]) {
  const asked: string[] = [];
  const window = {
    shell: { kind: 'browser', version: '1', systemLanguage: 'en' },
    call(name) {
      asked.push(name);
      return Promise.resolve({ ok: true, result: {} as never });
    },
    on: (event) => {
      asked.push(`on ${event}`);
      return () => undefined;
    },
  } satisfies Transport;
  const bundle = makeBundle(
    {
      found: { ...exampleParts(), health: faultyHealth(), seenAs: contosoReport() },
      ...{ leftOut: [], knowledge: exampleKnowledge() },
    },
    {
      ...{ redact: false, parts, maxBytes: 1_000_000, createdAt: '2026-11-27T20:41:00.000Z' },
      product: { version: '1', node: 'v24', platform: 'linux' },
    },
  );
  const refusals = {
    ...{ notLive: 'not live', partMissing: 'missing' },
    notInBundle: (destination: string) => `nothing about ${destination}`,
  };
  return { asked, bundle, transport: bundleTransport(window, bundle, refusals) };
}

const refused = (message: string) => ({ ok: false, fault: { code: 'not-found', message } });

test('what the agent told is answered, and the agent is not asked', async () => {
  const { transport, bundle, asked } = opened('status', 'health', 'seenAs', 'flows');
  expect(await transport.call('state.get', {})).toMatchObject({ result: { status: bundle.status } });
  const checked = await transport.call('health.run', { only: ['tunnel'] });
  expect(checked.ok && checked.result.checks.map(({ id }) => id)).toEqual(['tunnel']);
  const one = await transport.call('seen-as.get', { destinations: ['login.contoso.test'] });
  expect(one.ok && one.result.destinations).toHaveLength(1);
  expect(await transport.call('seen-as.get', { destinations: ['other.test'] })).toEqual(
    refused('nothing about other.test'),
  );
  // As flows name it; what the bundle says nothing about hides nothing of the rest.
  const some = await transport.call('seen-as.get', {
    destinations: ['other.test:443', 'login.contoso.test:443'],
  });
  expect(some.ok && some.result.destinations.map(({ destination }) => destination)).toEqual([
    'login.contoso.test',
  ]);
  expect(await transport.call('flows.list', { limit: 2 })).toMatchObject({
    result: { flows: bundle.flows?.slice(0, 2) },
  });
  expect(asked).toEqual([]);
});

test('flows that are followed are those of the bundle', async () => {
  const { transport, bundle } = opened('flows');
  const told: unknown[] = [];
  const stop = transport.on('flows', (flows) => told.push(flows));
  await transport.call('flows.follow', { on: true });
  stop();
  await transport.call('flows.follow', { on: true });
  expect(told).toEqual([bundle.flows]);
});

test('changes are refused, and a part that is missing is said to be', async () => {
  const { transport } = opened('flows');
  expect(await transport.call('pause', { minutes: 5 })).toEqual(refused('not live'));
  expect(await transport.call('egress.refresh', {})).toEqual(refused('not live'));
  expect(await transport.call('health.run', {})).toEqual(refused('missing'));
  expect(await transport.call('hostnames.list', { limit: 1 })).toEqual(refused('missing'));
  expect(await transport.call('state.get', {})).toMatchObject({ result: { status: null } });
});

test("what is the window's own goes there", async () => {
  const { transport, asked } = opened('flows');
  await transport.call('text.copy', { text: 'x' });
  transport.on('settings', () => undefined);
  transport.on('state', () => undefined);
  expect(asked).toEqual(['text.copy', 'on settings']);
});
