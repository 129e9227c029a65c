// Which names an edge may have.
import { expect, test } from 'vitest';
import { isEdgeName } from '../../../../edge/core/edge-name.ts';

test.each(['edge.contoso.test', 'localhost', 'e7', 'front-door'])('%j may be one', (name) => {
  expect(isEdgeName(name)).toBe(true);
});

test.each([
  '',
  'Edge',
  'front door',
  '192.0.2.1',
  '::1',
  '7edge',
  '-edge',
  'edge_1',
  'ä.test',
  'a'.repeat(254),
])('%j may not', (name) => {
  expect(isEdgeName(name)).toBe(false);
});
