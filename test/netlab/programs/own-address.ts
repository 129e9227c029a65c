// Tells callers their address, by HTTPS and by DNS: `own-address.ts CERTIFICATE KEY ADDRESS…` prints the ports per address.
import { readFileSync } from 'node:fs';
import { startWhoami } from '../../support/dns-server.ts';
import { startEchoService } from '../../support/echo-service.ts';

const [certificate = '', key = '', ...addresses] = process.argv.slice(2);
const identity = { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
for (const address of addresses) {
  const [echo, whoami] = await Promise.all([startEchoService(identity, address), startWhoami(address)]);
  process.stdout.write(`${JSON.stringify({ address, echo: echo.port, whoami: whoami.port })}\n`);
}
