// Reading a socket table: questions share readings, and every answer is from a reading begun after its question.
import { expect, test } from 'vitest';
import type { SocketsByPort } from '../../../../agent/core/proc-net.ts';
import { createSocketTable } from '../../../../agent/process/socket-table.ts';

/** A table with one socket at port 443, of this account. */
const textOf = (uid: number) => `   1: 0100007F:01BB 0100007F:1F98 01 0:0 0:0 0  ${uid}        0 7 2\n`;
const uidsIn = (sockets: SocketsByPort) => sockets(443).map(({ uid }) => uid);

function rig() {
  const readings: PromiseWithResolvers<string>[] = [];
  const table = createSocketTable('table', () => {
    const reading = Promise.withResolvers<string>();
    readings.push(reading);
    return reading.promise;
  });
  const begun = (count: number) => expect.poll(() => readings.length).toBe(count);
  return { readings, table, begun };
}

test('questions that come while the table is read share the next reading', async () => {
  const { readings, table, begun } = rig();
  const first = table();
  await begun(1);
  const others = [table(), table(), table()];
  readings[0]?.resolve(textOf(1));
  expect(uidsIn(await first)).toEqual([1]);
  await begun(2);
  readings[1]?.resolve(textOf(2));
  expect((await Promise.all(others)).map(uidsIn)).toEqual([[2], [2], [2]]);
  expect(readings).toHaveLength(2);
});

test('a reading that fails is told to those who asked, and the next question is read for', async () => {
  const { readings, table, begun } = rig();
  const failed = table();
  await begun(1);
  readings[0]?.reject(new Error('EIO'));
  await expect(failed).rejects.toThrow('EIO');
  const next = table();
  await begun(2);
  readings[1]?.resolve(textOf(3));
  expect(uidsIn(await next)).toEqual([3]);
});

test('a table that this machine does not have is empty', async () => {
  expect(uidsIn(await createSocketTable('/proc/net/no-such-table')())).toEqual([]);
});
