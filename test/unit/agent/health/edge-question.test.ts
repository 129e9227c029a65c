// The way to the edge, asked of real servers on loopback; the clock is the test's own.
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { askEdge } from '../../../../agent/health/edge-question.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { createPki } from '../../../support/pki.ts';

const pki = createPki();

test('an edge that takes the connection and then says nothing holds nothing up, and is let go', async () => {
  const device = pki.device('laptop-1');
  const asked = Promise.withResolvers<undefined>();
  const server = createServer({ ...pki.edge, ca: pki.ca.cert, requestCert: true }, () =>
    asked.resolve(undefined),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = manualClock();
  const facts = askEdge(
    {
      endpoint: { url: `https://edge.contoso.test:${port}`, addresses: ['127.0.0.1'] },
      ...{ key: device.key, certificate: device.cert, authority: pki.ca.cert },
      localAddress: { ipv4: null, ipv6: null },
    },
    clock,
  );
  await asked.promise;
  clock.advance(2_500);
  expect(await facts).toMatchObject({ path: { kind: 'reached', protocol: 'TLSv1.3' }, aheadMs: null });
  // Resolves when the last connection has ended.
  await new Promise((resolve) => server.close(resolve));
});
