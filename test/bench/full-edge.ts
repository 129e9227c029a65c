// A real edge with ten thousand devices and a million flow records, which only measurements need.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteStore } from '../../edge/store/sqlite/store.ts';
import { openRecordStore } from '../../edge/store/sqlite/records.ts';
import { initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { exampleConnection, exampleRecord } from '../support/example-records.ts';
import { createProgramGroup, type Program } from '../support/processes.ts';

export const rows = 1_000_000;
export const devices = 10_000;
const batch = 20_000;

export type FullEdge = {
  readonly program: Program;
  readonly recordsFile: string;
  readonly controlSocket: string;
  /** `https://127.0.0.1:PORT` of the administration API, with a token and the authority that signed its certificate. */
  readonly api: { readonly url: string; readonly token: string; readonly authority: string };
  /** Ends the edge and leaves its files. */
  readonly stop: () => Promise<void>;
  readonly end: () => Promise<void>;
};

export async function startFullEdge(): Promise<FullEdge> {
  const group = createProgramGroup();
  const at = (name: string): string => join(group.folder, 'state', name);
  try {
    await initEdge(group, {
      listen: { tunnel: ['127.0.0.1:0'], administration: '127.0.0.1:0' },
      // The examples are of a day long ago.
      log: { retentionDays: 3650 },
    });
    fillRecords(at('records.db'));
    fillDevices(at('edge.db'));
    const { program } = await serveEdge(group);
    const words = ['admin', 'token', '--role', 'Security Reader', '--name', 'bench', '--expires', '1h'];
    const { stdout } = await runEdge(group, words);
    const port = /"administration":\{"address":"127\.0\.0\.1","port":(\d+)\}/.exec(program.stdout())?.[1];
    const authority = readFileSync(at('ca.crt'), 'utf8');
    if (port === undefined) throw new Error('the edge does not say where its administration is');
    return {
      program,
      recordsFile: at('records.db'),
      controlSocket: at('control.sock'),
      api: { url: `https://127.0.0.1:${port}`, token: stdout.trim(), authority },
      stop: async () => {
        program.signal('SIGTERM');
        await program.ended;
      },
      end: () => group.end(),
    };
  } catch (error) {
    await group.end();
    throw error;
  }
}

/** Many at a time: this is not measured. */
function fillRecords(file: string): void {
  const store = openRecordStore(file);
  for (let first = 0; first < rows; first += batch)
    store.add(Array.from({ length: batch }, (_, i) => exampleRecord(first + i)));
  store.track(Array.from({ length: devices }, (_, i) => exampleConnection(i, { flows: i % 3 })));
  store.close();
}

function fillDevices(file: string): void {
  const store = openSqliteStore(file, new Date().toISOString());
  store.transaction(() => {
    for (let i = 0; i < devices; i += 1)
      store.devices.add({
        name: `laptop-${i}`,
        thumbprint: `${i}`.padEnd(43, 'T'),
        createdAt: '2026-01-01T00:00:00.000Z',
        expiresAt: '2027-01-01T00:00:00.000Z',
      });
  });
  store.close();
}
