// A captive portal for laboratory tests: whoever asks for anything but its page is sent there.
// Arguments: HTTP port, TLS port, certificate file, key file, URL of its page.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';

const [port = '', tlsPort = '', certificate = '', key = '', page = ''] = process.argv.slice(2);
const answer = (request: IncomingMessage, response: ServerResponse): void => {
  if (request.url === new URL(page).pathname) response.end('<h1>Welcome</h1>');
  else response.writeHead(302, { location: page }).end();
};
const plain = createServer(answer).listen(Number(port));
const secure = createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, answer);
secure.on('tlsClientError', (_, socket) => socket.destroy());
secure.listen(Number(tlsPort));
await Promise.all([once(plain, 'listening'), once(secure, 'listening')]);
process.stdout.write('ready\n');
