// What an edge tells of its flows: by command, in its records and to Prometheus, and that none of it holds a secret.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openRecordStore } from '../../edge/store/sqlite/records.ts';
import { answered } from '../support/data-plane.ts';
import { initEdge, runEdge, serveEdge, sessionOfBundle } from '../support/edge-program.ts';
import { logQuery } from '../support/log-query.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

// Each test starts several programs; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

let group: ProgramGroup;
beforeEach(() => void (group = createProgramGroup()));
afterEach(() => group.end());

const at = (name: string): string => join(group.folder, name);
const canary = 'canary-9f2c1d7e55aa4b0c';

test('a refused flow is found by filters, in the records and in the figures; what devices send in secret is nowhere', async () => {
  await initEdge(group, { listen: { tunnel: ['127.0.0.1:0'], metrics: '127.0.0.1:0' } });
  const { program } = await serveEdge(group);
  await runEdge(group, ['devices', 'add', 'laptop', '--out', 'laptop']);
  const session = await sessionOfBundle(group, 'laptop');
  const stream = await answered(session, 'elsewhere.contoso.test:443', {
    'egress-attestation': `"${canary}"`,
    authorization: `Bearer ${canary}`,
    cookie: `session=${canary}`,
  });
  expect(stream.status).toBe(403);
  session.destroy();

  const found = await runEdge(group, [
    'logs',
    '--json',
    '--action',
    'block',
    '--device',
    'laptop',
    '--since',
    '1h',
    '--address',
    '127.0.0.1',
  ]);
  expect(JSON.parse(found.stdout)).toMatchObject({
    flows: [{ authority: 'elsewhere.contoso.test:443', reason: 'destination-not-allowed', rule: null }],
  });
  const none = await runEdge(group, ['logs', '--json', '--until', '1h']);
  expect(JSON.parse(none.stdout)).toMatchObject({ flows: [] });
  const wrong = await runEdge(group, ['logs', '--since', 'yesterday']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/--since.*must be a time such as/)]);

  const ready =
    program
      .stderr()
      .split('\n')
      .find((line) => line.includes('the edge is ready')) ?? '{}';
  const { metrics } = JSON.parse(ready) as { metrics: { port: number } };
  const figures = await (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text();
  const families = parsePrometheusTextFormat(figures) as { name: string; metrics: unknown[] }[];
  expect(families.find(({ name }) => name === 'opengsa_edge_flows_total')?.metrics).toEqual([
    { value: '1', labels: { class: 'none', result: 'refused', reason: 'destination-not-allowed' } },
  ]);

  program.signal('SIGTERM');
  await program.ended;
  const records = openRecordStore(at('state/records.db'));
  const filter = "deviceName eq 'laptop' and action eq 'block'";
  const flows = records.find('traffic', logQuery({ $filter: filter })).value;
  const connections = records.find('connections', logQuery()).value;
  records.close();
  expect(flows).toMatchObject([{ reason: 'destination-not-allowed' }]);
  expect(connections).toMatchObject([
    { deviceName: 'laptop', status: 'closed', transactionCount: 1, transactionBlockCount: 1 },
  ]);

  const secrets = [canary, ...['laptop/device.key', 'state/ca.key', 'state/edge.key'].map(secretOf)];
  const written = [
    figures,
    program.stderr(),
    program.stdout(),
    ...readdirSync(at('state'))
      .filter((name) => /^(flows|records|edge\.db)/.test(name))
      .map((name) => readFileSync(at(`state/${name}`), 'latin1')),
  ];
  expect(written.length).toBeGreaterThan(5);
  for (const secret of secrets) for (const text of written) expect(text.includes(secret)).toBe(false);
});

/** The middle of a private key. */
function secretOf(name: string): string {
  return readFileSync(at(name), 'utf8').split('\n')[2] ?? '';
}
