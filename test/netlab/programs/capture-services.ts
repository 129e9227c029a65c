// Destinations for the capture's laboratory: HTTP on every ADDRESS, ports 80 and 443, that tells whom it serves; on
// port 25 a greeting before the client has said a word, then an echo; on UDP 443 and 9999 an echo.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer } from 'node:net';

const addresses = process.argv.slice(2);
for (const address of addresses) {
  for (const port of [80, 443]) {
    const http = createHttp(({ socket, headers }, response) => {
      const told = { at: `${socket.localAddress ?? ''} ${socket.localPort}`, from: socket.remoteAddress };
      response.end(`${JSON.stringify({ ...told, host: headers.host })}\n`);
    });
    http.listen(port, address);
    await once(http, 'listening');
  }
  const greeter = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(`220 ${address} ready\r\n`);
    socket.pipe(socket);
  });
  greeter.listen(25, address);
  await once(greeter, 'listening');
  for (const port of [443, 9999]) {
    const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    udp.on('message', (bytes, { address: from, port: fromPort }) => udp.send(bytes, fromPort, from));
    udp.bind(port, address);
    await once(udp, 'listening');
  }
}
process.stdout.write('ready\n');
