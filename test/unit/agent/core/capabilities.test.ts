// Capabilities as the kernel writes them.
import { expect, test } from 'vitest';
import { hasCapability, seesOtherProcesses } from '../../../../agent/core/capabilities.ts';

const status = (effective: string) =>
  `Name:\tnode\nCapInh:\t0000000000000000\nCapPrm:\tffffffffffffffff\nCapEff:\t${effective}\nCapBnd:\t000001ffffffffff\n`;

test('the effective set counts', () => {
  expect(hasCapability(status('0000000000001000'), 'net_admin')).toBe(true);
  expect(hasCapability(status('0000000000000000'), 'net_admin')).toBe(false);
  expect(hasCapability(status('000001ffffffffff'), 'sys_ptrace')).toBe(true);
  expect(hasCapability('', 'net_admin')).toBe(false);
});

test.each([
  ['0000000000080000', false],
  ['0000000000000004', false],
  ['0000000000080004', true],
  ['0000000000080002', true],
  ['000001ffffffffff', true],
])('descriptors of other accounts with %s: %s', (effective, expected) => {
  expect(seesOtherProcesses(status(effective))).toBe(expected);
});
