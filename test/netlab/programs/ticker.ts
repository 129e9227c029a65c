// A destination for laboratory tests that speaks first and never ends: one byte every 50 ms. Arguments: address, port.
import { createServer } from 'node:net';

const [address = '', port = ''] = process.argv.slice(2);
const server = createServer({ noDelay: true }, (socket) => {
  const ticking = setInterval(() => socket.write('.'), 50);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clearInterval(ticking));
  socket.resume();
});
server.listen(Number(port), address, () => process.stdout.write('ready\n'));
