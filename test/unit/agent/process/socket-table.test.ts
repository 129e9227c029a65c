// Reading a socket table: questions share readings, and every answer is from a reading begun after its question.
import { expect, test } from 'vitest';
import { createSocketTable } from '../../../../agent/process/socket-table.ts';

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
  readings[0]?.resolve('before');
  expect(await first).toBe('before');
  await begun(2);
  readings[1]?.resolve('after');
  expect(await Promise.all(others)).toEqual(['after', 'after', 'after']);
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
  readings[1]?.resolve('text');
  expect(await next).toBe('text');
});

test('a table that this machine does not have is empty', async () => {
  expect(await createSocketTable('/proc/net/no-such-table')()).toBe('');
});
