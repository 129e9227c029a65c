// A program with one connection that it keeps: reads the greeting, then sends a line every 20 ms and prints each that
// comes back, until the end of the connection, whose kind it prints. Arguments: address, port.
import { connect } from 'node:net';

const [host = '', port = ''] = process.argv.slice(2);
const socket = connect({ host, port: Number(port) });
let sent = 0;
socket.setEncoding('utf8').on('data', (text: string) => process.stdout.write(text));
socket.once('connect', () => setInterval(() => socket.write(`line ${++sent}\n`), 20));
socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
socket.once('end', () => end('end'));

function end(how: string): void {
  process.stdout.write(`over: ${how}\n`);
  process.exit(0);
}
