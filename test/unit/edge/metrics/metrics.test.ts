// The figures of an edge as Prometheus reads them, and a listener that answers that one question.
import { request } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createEdgeMetrics, type MetricSources } from '../../../../edge/metrics/edge-metrics.ts';
import { createMetricsListener } from '../../../../edge/metrics/metrics-listener.ts';
import type { PlainListener } from '../../../../edge/server/plain-listener.ts';
import { exampleRecord } from '../../../support/example-records.ts';

const sources: MetricSources = {
  sessions: () => 3,
  openFlows: () => 5,
  attestationFaults: () => ({ expired: 2 }),
  records: { lagMs: () => 1500, counts: () => ({ kept: 7, dropped: 1 }) },
  exports: () => [{ name: 'siem', delivered: 11, dropped: 4, waiting: 2 }],
};
const build = { version: '0.1.0', node: 'v24.0.0' };

const families = z.array(
  z.object({
    name: z.string(),
    type: z.string(),
    metrics: z.array(z.object({ value: z.string(), labels: z.record(z.string(), z.string()).optional() })),
  }),
);
const read = (text: string) =>
  new Map(families.parse(parsePrometheusTextFormat(text)).map((family) => [family.name, family]));

test('flows are counted by class, result and reason, and their bytes', async () => {
  const metrics = createEdgeMetrics(build);
  const flow = { class: 'proxy-v2', result: 'ended', reason: null } as const;
  metrics.countFlow(exampleRecord(1, { ...flow, bytesSent: 10, bytesReceived: 100 }));
  metrics.countFlow(exampleRecord(2, { ...flow, bytesSent: 1, bytesReceived: 2 }));
  metrics.countFlow(exampleRecord(3, { class: null, result: 'refused', reason: 'unknown-device' }));
  await metrics.text(sources);
  // Read twice: what is taken over from elsewhere is not added up.
  const found = read(await metrics.text(sources));
  expect(found.get('opengsa_edge_flows_total')?.metrics).toEqual([
    { value: '2', labels: { class: 'proxy-v2', result: 'ended', reason: 'none' } },
    { value: '1', labels: { class: 'none', result: 'refused', reason: 'unknown-device' } },
  ]);
  const plain = [...found].map(
    ([
      name,
      {
        metrics: [first],
      },
    ]) => [name, first?.value],
  );
  expect(Object.fromEntries(plain)).toMatchObject({
    opengsa_edge_flow_bytes_total: expect.stringMatching(/^\d+$/) as string,
    opengsa_edge_sessions: '3',
    opengsa_edge_open_flows: '5',
    opengsa_edge_record_lag_seconds: '1.5',
    opengsa_edge_attestation_faults_total: '2',
    opengsa_edge_records_kept_total: '7',
    opengsa_edge_records_dropped_total: '1',
    opengsa_edge_export_delivered_total: '11',
    opengsa_edge_export_dropped_total: '4',
    opengsa_edge_export_waiting: '2',
    opengsa_edge_build_info: '1',
  });
});

test('however many devices, hosts and reasons there are, the series stay few and name none of them', async () => {
  const metrics = createEdgeMetrics(build);
  for (let i = 0; i < 5000; i += 1) metrics.countFlow(exampleRecord(i, { reason: `reason-${i}` }));
  const text = await metrics.text(sources);
  expect(text.split('\n').length).toBeLessThan(1000);
  expect(text).not.toMatch(/laptop-|contoso|203\.0\.|TTTT/);
  expect(text).toContain('reason="other"');
});

describe('the listener', () => {
  let listener: PlainListener | undefined;
  afterEach(() => listener?.close());

  async function start(): Promise<number> {
    const figures = { contentType: 'text/plain; version=0.0.4', text: () => Promise.resolve('up 1\n') };
    listener = createMetricsListener({ address: '127.0.0.1', port: 0 }, figures, () => undefined);
    await listener.listen();
    return listener.address()?.port ?? 0;
  }

  test.each([
    ['GET', '/metrics', 200, 'up 1\n'],
    ['GET', '/', 404, ''],
    ['GET', '/metrics?x', 404, ''],
    ['POST', '/metrics', 405, ''],
  ])('%s %s: %i', async (method, path, status, body) => {
    const asked = request({ port: await start(), host: '127.0.0.1', method, path });
    asked.end();
    const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    expect([response.statusCode, text]).toEqual([status, body]);
  });

  test('a head that is too long, and what is no HTTP, ends the connection', async () => {
    const port = await start();
    for (const words of [`GET /metrics HTTP/1.1\r\nx: ${'x'.repeat(9000)}\r\n\r\n`, 'SSH-2.0\r\n\r\n']) {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      socket.resume().write(words);
      await once(socket, 'close');
    }
  });
});
