// The flow log read from its end: newest first, whatever the disk, a crash or a rotation left in it.
import {
  appendFileSync,
  mkdtempSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FlowLogRecord } from '../../../../edge/telemetry/flow-log.ts';
import { readFlowLog } from '../../../../edge/telemetry/read-flow-log.ts';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'opengsa-log-'));
  file = join(dir, 'flows.jsonl');
});
afterEach(() => rmSync(dir, { recursive: true }));

const everything = { limit: 10_000, containing: [], matches: () => true };

test('the newest come first, and no more than are wanted', () => {
  write(records(1000));
  const { flows, complete, unreadable, dropped } = readFlowLog(file, { ...everything, limit: 3 });
  expect(authorities(flows)).toEqual(['h999.test:443', 'h998.test:443', 'h997.test:443']);
  expect({ complete, unreadable, dropped }).toEqual({ complete: true, unreadable: 0, dropped: 0 });
});

test('a log of many blocks is read whole, each record once', () => {
  write(records(3000));
  const { flows } = readFlowLog(file, everything);
  expect(authorities(flows)).toEqual(Array.from({ length: 3000 }, (_, i) => `h${2999 - i}.test:443`));
});

test('only what is asked for is taken', () => {
  write(records(3000));
  const page = readFlowLog(file, {
    limit: 10,
    containing: ['"h7.test'],
    matches: ({ authority }) => authority === 'h7.test:443',
  });
  expect(authorities(page.flows)).toEqual(['h7.test:443']);
});

test('what is being written is left alone; what was cut or lost is counted', () => {
  const [first = '', second = '', third = ''] = records(3);
  writeFileSync(
    file,
    `${first}\n${second.slice(0, 50)}\n{"dropped":12}\n{"a":1}\n${second}\n${third.slice(0, 80)}`,
  );
  const page = readFlowLog(file, everything);
  expect(authorities(page.flows)).toEqual(['h1.test:443', 'h0.test:443']);
  expect(page).toMatchObject({ dropped: 12, unreadable: 2 });
});

test('a line beyond all measure costs no more than others', () => {
  const [first = '', second = ''] = records(2);
  writeFileSync(file, `${first}\n${'x'.repeat(3_000_000)}\n${second}\n`);
  const page = readFlowLog(file, everything);
  expect(authorities(page.flows)).toEqual(['h1.test:443', 'h0.test:443']);
  expect(page.unreadable).toBeGreaterThan(0);
});

test('a file that is moved away and appended to meanwhile is read as it was', () => {
  write(records(5));
  let rotated = false;
  const page = readFlowLog(file, {
    ...everything,
    matches: () => {
      if (!rotated) {
        renameSync(file, `${file}.1`);
        appendFileSync(`${file}.1`, `${records(1)[0]}\n`);
        writeFileSync(file, '');
        rotated = true;
      }
      return true;
    },
  });
  expect(page.flows).toHaveLength(5);
  expect(readFlowLog(`${file}.1`, everything).flows).toHaveLength(6);
});

test('an empty log has no flows', () => {
  writeFileSync(file, '');
  expect(readFlowLog(file, everything)).toEqual({ flows: [], dropped: 0, unreadable: 0, complete: true });
});

test('what is no log is refused by name', () => {
  expect(() => readFlowLog(file, everything)).toThrow(`${file}: there is no flow log`);
  mkdirSync(file);
  expect(() => readFlowLog(file, everything)).toThrow(`${file} is no file`);
  const link = join(dir, 'link');
  symlinkSync('/etc/hostname', link);
  expect(() => readFlowLog(link, everything)).toThrow(`${link}: the flow log is for the user of the edge`);
});

function write(lines: readonly string[]): void {
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}

function authorities(flows: readonly FlowLogRecord[]): string[] {
  return flows.map(({ authority }) => authority);
}

function records(count: number): string[] {
  return Array.from({ length: count }, (_, i) => JSON.stringify(record(`h${i}.test:443`)));
}

function record(authority: string): FlowLogRecord {
  return {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:01.000Z',
    connectionId: null,
    device: { thumbprint: 'thumb', name: 'laptop' },
    person: null,
    authority,
    protocol: 'h2',
    class: 'proxy-v2',
    rule: null,
    peerAddress: '203.0.113.7',
    peerPort: 51_515,
    attestedIpv4: null,
    attestedIpv6: null,
    attestationFaults: [],
    statedAddress: '203.0.113.7',
    edgeAddress: '192.0.2.10',
    dialledAddress: '192.0.2.20',
    dialledPort: 443,
    assurance: 'observed',
    signaling: 'enabled',
    flags: [],
    bytesSent: 1,
    bytesReceived: 2,
    result: 'ended',
    proxyError: null,
    reason: null,
  };
}
