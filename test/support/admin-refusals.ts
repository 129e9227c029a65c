// What every refusal of the administration API must be: Graph's error, nothing changed, and known to nobody as anybody.
import { expect } from 'vitest';
import type { ServedEndpoint } from '../../edge/admin/endpoint.ts';
import { collectEndpoints } from '../../edge/admin/resources.ts';
import type { AdminApi, Question, Reply } from './admin-api.ts';

export function expectFault(reply: Reply, status: number, code: string): void {
  expect(reply.status).toBe(status);
  expect(reply.headers['content-type']).toMatch(/^application\/json/);
  expect(reply.body).toMatchObject({
    error: {
      code,
      message: expect.any(String) as unknown,
      innerError: {
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/) as unknown,
        'request-id': reply.headers['request-id'],
        'client-request-id': reply.headers['client-request-id'],
      },
    },
  });
}

/** Whoever asks like this is a stranger at every endpoint; an attempted change is in the audit log. */
export async function expectStrangers(api: AdminApi, questions: readonly Question[]): Promise<void> {
  const before = standing(api);
  for (const endpoint of collectEndpoints(api)) {
    for (const question of questions) {
      // What was wrong before is forgotten.
      api.clock.now = new Date(api.clock.now.getTime() + 6000);
      const audited = api.store.audit.latest(1)[0];
      const reply = await api.ask(endpoint.method, `/beta${pathOf(endpoint)}`, { ...question, body: {} });
      expectFault(reply, 401, 'InvalidAuthenticationToken');
      expect(reply.headers['www-authenticate']).toMatch(/^Bearer/);
      const after = api.store.audit.latest(1)[0];
      const attempt = { who: 'unknown caller at 127.0.0.1', action: 'administration.refused' };
      if (endpoint.method === 'GET') expect(after).toEqual(audited);
      else expect(after).toMatchObject(attempt);
    }
  }
  expect(standing(api)).toEqual(before);
}

/** All that a refused call could have changed. */
export function standing({ store, forwarding, namedLocations }: AdminApi): unknown {
  return [
    ...[store.settings.signaling(), store.administrators.list(), store.devices.list()],
    ...[forwarding.profiles(), namedLocations.all()],
  ];
}

/** A path at which the endpoint is asked. */
export function pathOf({ path }: ServedEndpoint): string {
  return path.replaceAll(/:\w+/g, 'any');
}
