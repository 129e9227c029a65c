// The agent's own listeners are recognised by every address that leads to them.
import { expect, test } from 'vitest';
import { isOwnListener } from '../../../../agent/flow/loop-guard.ts';
import { parseAddress } from '../../../../protocol/address.ts';

const address = (text: string) => parseAddress(text)!;
const machine = () => ['192.0.2.10'];

test.each([
  ['127.0.0.1', '127.0.0.1', 8088, true],
  ['127.0.0.1', '::ffff:127.0.0.1', 8088, true],
  ['127.0.0.1', '0.0.0.0', 8088, true],
  ['127.0.0.1', '::', 8088, true],
  ['127.0.0.1', '127.0.0.1', 8089, false],
  ['127.0.0.1', '127.0.0.2', 8088, false],
  ['127.0.0.1', '192.0.2.10', 8088, false],
  ['0.0.0.0', '127.9.9.9', 8088, true],
  ['0.0.0.0', '192.0.2.10', 8088, true],
  ['0.0.0.0', '198.51.100.1', 8088, false],
])('listening on %s, %s port %i: %s', (listening, target, port, own) => {
  expect(isOwnListener([{ address: address(listening), port: 8088 }], machine, address(target), port)).toBe(
    own,
  );
});
