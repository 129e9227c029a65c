// One device's lookups must not keep the resolver from the others.
import { expect, test } from 'vitest';
import { createDeviceLookups } from '../../../../edge/server/device-lookups.ts';

const found = { kind: 'resolved', addresses: [] } as const;

test('a lookup beyond the limit of a device is refused, and others are answered', async () => {
  const answer = Promise.withResolvers<typeof found>();
  const lookups = createDeviceLookups(() => answer.promise, 2);
  const first = [lookups('a', 'one.test'), lookups('a', 'two.test')];
  expect(await lookups('a', 'three.test')).toMatchObject({ denial: { reason: 'device-lookup-limit' } });
  const other = lookups('b', 'one.test');
  answer.resolve(found);
  expect(await Promise.all([...first, other])).toEqual([found, found, found]);
  expect(await lookups('a', 'three.test')).toEqual(found);
});

test('a lookup that fails counts no longer', async () => {
  const lookups = createDeviceLookups(() => Promise.reject(new Error('broken')), 1);
  for (let i = 0; i < 3; i++) await expect(lookups('a', 'one.test')).rejects.toThrow('broken');
});
