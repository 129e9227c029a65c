// An HTTPS destination for laboratory tests that says which source address it was told (PROXY protocol v2).
// In JSON; on /whoami bare, as a reflection service does; on /offers-quic with the offer of HTTP/3 at the same port. Its log is one line per request: `told {"at":…,"source":…}`.
// Arguments: address, port, certificate file, key file, addresses of trusted edges separated by commas.
import { readFileSync } from 'node:fs';
import { startFront } from '../../support/identity-provider/front.ts';

const [address = '', port = '', certificate = '', key = '', edges = ''] = process.argv.slice(2);
const front = await startFront({
  told: 'proxy-v2',
  listen: { address, port: Number(port) },
  trustedPeers: edges.split(','),
  certificate: readFileSync(certificate, 'utf8'),
  key: readFileSync(key, 'utf8'),
  onRequest: (request, response) => {
    const source = front.sourceOf(request)?.address ?? null;
    process.stdout.write(`told ${JSON.stringify({ at: Date.now(), source })}\n`);
    if (request.url === '/offers-quic') response.setHeader('alt-svc', 'h3=":443"; ma=3600');
    response.end(request.url === '/whoami' ? `${source}\n` : `${JSON.stringify({ source })}\n`);
  },
  onRefused: (peer, reason) => process.stdout.write(`refused ${peer}: ${reason}\n`),
});
process.stdout.write('ready\n');
