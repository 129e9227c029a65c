// A thousand devices that enrol at one edge at once: how long it takes until each has its certificate.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { makeDeviceKey } from '../../agent/enrollment/key-request.ts';
import { callEdge } from '../../edge/control/client.ts';
import { initEdge, serveEdge } from '../support/edge-program.ts';
import { enrollFleet, inviteFleet } from '../support/fleet.ts';
import { createProgramGroup } from '../support/processes.ts';

const size = 1000;
/** A thousand clients in one process would only wait for each other. */
const atOnce = 100;

export async function measureEnrollment(): Promise<string[]> {
  const group = createProgramGroup();
  try {
    await initEdge(group, { listen: { tunnel: ['127.0.0.1:0'], enrollment: '127.0.0.1:0' } });
    await serveEdge(group);
    const socket = join(group.folder, 'state', 'control.sock');
    const keys = await Promise.all(Array.from({ length: 4 }, makeDeviceKey));
    const fleet = await inviteFleet(socket, size, keys);
    const began = performance.now();
    const certificates = await enrollFleet(fleet, atOnce);
    const seconds = (performance.now() - began) / 1000;
    const { devices } = await callEdge(socket, 'devices.list', {});
    return [
      `enrolment: ${size} invitations redeemed, ${atOnce} at a time, in ${seconds.toFixed(1)} s, with the clients on the ` +
        `same machine: ${new Set(certificates).size} certificates, ${devices.length} devices`,
    ];
  } finally {
    await group.end();
  }
}
