// Sends one datagram and prints, as JSON, what became of it: the answer or the error, and after how many ms. Arguments:
// address, port.
import { createSocket } from 'node:dgram';

const [host = '', port = ''] = process.argv.slice(2);
const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
const startedAt = performance.now();
const tell = (what: object): void => {
  process.stdout.write(`${JSON.stringify({ ...what, ms: performance.now() - startedAt })}\n`);
  process.exit(0);
};
socket.on('message', (bytes, { address }) => tell({ answer: bytes.toString(), from: address }));
socket.on('error', (error: NodeJS.ErrnoException) => tell({ error: error.code }));
setTimeout(() => tell({ error: 'silence' }), 1000);
socket.send('question', Number(port), host, (error) => {
  if (error !== null) tell({ error: (error as NodeJS.ErrnoException).code });
});
