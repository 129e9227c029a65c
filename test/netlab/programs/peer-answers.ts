// Destinations for laboratory tests: whoever asks over plain HTTP is told the address that it comes from.
// They listen on every address of the namespace, in both families. Argument: port.
import { createServer } from 'node:http';

const [port = ''] = process.argv.slice(2);
const server = createServer(({ socket }, response) => {
  const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  response.writeHead(200, { connection: 'close' }).end(JSON.stringify({ peer }));
});
server.listen(Number(port), '::', () => process.stdout.write('ready\n'));
