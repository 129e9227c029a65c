// Measures the ms from opening a connection to the first byte that comes back from an echo, and prints them as JSON.
// Arguments: times, address, port, and, where that is an HTTP proxy, the destination.
import { connect } from 'node:net';

const [times = '', address = '', port = '', destination] = process.argv.slice(2);
const taken: number[] = [];
// The first one warms up both programs and is not counted.
await once();
for (let i = 0; i < Number(times); i++) taken.push(await once());
process.stdout.write(`${JSON.stringify(taken)}\n`);

function once(): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let answered = destination === undefined;
    const socket = connect({ host: address, port: Number(port), noDelay: true });
    socket.on('connect', () => {
      socket.write(answered ? 'x' : `CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
    });
    socket.on('data', (part: Buffer) => {
      if (answered) {
        resolve(performance.now() - startedAt);
        socket.destroy();
        return;
      }
      if (!part.toString('latin1').startsWith('HTTP/1.1 200 ')) reject(new Error(part.toString('latin1')));
      answered = true;
      socket.write('x');
    });
    socket.on('error', reject);
  });
}
