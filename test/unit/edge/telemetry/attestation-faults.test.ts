// Each statement that serves nothing counts; each device is named once per reason.
import { expect, test } from 'vitest';
import { createAttestationFaults } from '../../../../edge/telemetry/attestation-faults.ts';

const laptop = { thumbprint: 'L', name: 'laptop' };
const desk = { thumbprint: 'D', name: 'desk' };

test('counts by reason and tells of each reason once per device', () => {
  const told: string[] = [];
  const faults = createAttestationFaults(({ name }, fault) => told.push(`${name} ${fault}`));
  faults.count(laptop, ['expired', 'expired']);
  faults.count(laptop, ['expired', 'other-device']);
  faults.count(desk, ['expired']);
  faults.count(desk, []);
  expect(faults.counts()).toEqual({ expired: 4, 'other-device': 1 });
  expect(told).toEqual(['laptop expired', 'laptop other-device', 'desk expired']);
});

test('before any fault there is nothing to tell', () => {
  expect(createAttestationFaults(() => expect.unreachable()).counts()).toEqual({});
});
