// A destination for laboratory tests, run in its namespace: answers what it is sent. Arguments: address, port.
import { createServer } from 'node:net';

const [address = '', port = ''] = process.argv.slice(2);
const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
server.listen(Number(port), address, () => process.stdout.write('ready\n'));
