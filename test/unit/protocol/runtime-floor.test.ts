// Which releases of Node the programs run on.
import { expect, test } from 'vitest';
import { runtimeFault } from '../../../protocol/runtime-floor.ts';

test.each(['22.23.2', '22.24.0', '24.18.1', '24.21.0', '26.5.1', '26.6.0', '28.0.0', process.versions.node])(
  'Node %s is new enough',
  (version) => {
    expect(runtimeFault(version)).toBeNull();
  },
);

test.each([
  '20.19.2',
  '22.23.1',
  '22.9.9',
  '23.99.0',
  '24.18.0',
  '24.9.9',
  '25.99.0',
  '26.5.0',
  '26.0.0',
  'banana',
])('Node %s is refused in one line that says what to use', (version) => {
  const fault = runtimeFault(version);
  expect(fault).toContain(`Node ${version}`);
  expect(fault).toContain('24.18.1');
  expect(fault).not.toContain('\n');
});
