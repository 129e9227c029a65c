// Measures exchanges with an echo, run in a namespace. Arguments: address, port, bytes to exchange, times.
// Prints one JSON line: for each exchange the ms until the connection stood and until all bytes were back, and whether
// they were the bytes that were sent.
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const [address = '', port = '', size = '1', times = '1'] = process.argv.slice(2);
const results: unknown[] = [];
for (let i = 0; i < Number(times); i++) results.push(await exchange(randomBytes(Number(size))));
process.stdout.write(`${JSON.stringify(results)}\n`);

function exchange(bytes: Buffer): Promise<unknown> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const elapsed = () => performance.now() - startedAt;
    const hash = createHash('sha256');
    const socket = connect({ host: address, port: Number(port), noDelay: true });
    let connectedMs = 0;
    socket.on('connect', () => {
      connectedMs = elapsed();
      socket.end(bytes);
    });
    socket.on('data', (part: Buffer) => hash.update(part));
    socket.on('end', () => {
      const equal = hash.digest('hex') === createHash('sha256').update(bytes).digest('hex');
      resolve({ connectedMs, doneMs: elapsed(), equal });
    });
    socket.on('error', (error) => resolve({ connectedMs, doneMs: elapsed(), error: error.message }));
  });
}
