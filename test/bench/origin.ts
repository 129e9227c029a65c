// The far end of a throughput run, as a program of its own: `GET n` answers n bytes, `PUT n` takes n and says so.
import { createServer, type Socket } from 'node:net';

const chunk = Buffer.alloc(256 * 1024, 0x5a);

const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', (first: Buffer) => {
    const newline = first.indexOf('\n');
    const [verb, size = '0'] = first.subarray(0, newline).toString('latin1').split(' ');
    if (verb === 'GET') send(socket, Number(size));
    else take(socket, Number(size), first.length - newline - 1);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`);
});

function send(socket: Socket, size: number): void {
  let left = size;
  const more = () => {
    while (left > 0) {
      const part = left >= chunk.length ? chunk : chunk.subarray(0, left);
      left -= part.length;
      if (!socket.write(part)) {
        socket.once('drain', more);
        return;
      }
    }
    socket.end();
  };
  more();
}

function take(socket: Socket, size: number, already: number): void {
  let left = size - already;
  const done = () => socket.end('ok\n');
  if (left <= 0) done();
  socket.on('data', (part: Buffer) => {
    left -= part.length;
    if (left <= 0) done();
  });
}
