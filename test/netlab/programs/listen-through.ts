// An application for laboratory tests: opens a flow through the agent's HTTP proxy, reads, and says how the flow ended.
// Arguments: proxy port, destination. Prints `flowing` at the first byte and at the end one JSON line.
import { connect } from 'node:net';

const [port = '', destination = ''] = process.argv.slice(2);
const socket = connect({ host: '127.0.0.1', port: Number(port) });
let answer = '';
let ended = false;
socket.on('connect', () => socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`));
socket.on('data', (part: Buffer) => {
  const before = answer;
  answer += part.toString('latin1');
  const flowing = (text: string) => /^HTTP\/1.1 200 [^]*\r\n\r\n./.test(text);
  if (flowing(answer) && !flowing(before)) process.stdout.write('flowing\n');
});
socket.on('end', () => (ended = true));
socket.on('error', (error: NodeJS.ErrnoException) => finish({ kind: 'reset', code: error.code ?? '' }));
socket.on('close', () => finish({ kind: ended ? 'clean' : 'closed', code: '' }));

let finished = false;
function finish(end: { kind: string; code: string }): void {
  if (finished) return;
  finished = true;
  process.stdout.write(`${JSON.stringify({ ...end, answer: answer.slice(0, 200) })}\n`);
}
