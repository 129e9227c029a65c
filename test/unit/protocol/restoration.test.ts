// Restoration classes: which of them tell the destination the person's address.
import { expect, test } from 'vitest';
import { type RestorationClass, restorationClass, restores } from '../../../protocol/restoration.ts';

const expected: Readonly<Record<RestorationClass, boolean>> = {
  'proxy-v2': true,
  forwarded: true,
  adfs: true,
  direct: false,
  anchor: false,
  // The device changes a header of its own request; nobody is told an address.
  'tenant-restriction': false,
  opaque: false,
};

test.each(restorationClass.options)('%s', (value) => {
  expect(restores(value)).toBe(expected[value]);
});
