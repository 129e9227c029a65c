// A person who signs in again and again, each time by a new connection through the agent's HTTP proxy.
// Arguments: proxy port, host, file of the authority, ms between two beginnings. Prints a JSON line for each that is over.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as requestOverTls } from 'node:https';
import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';

const [port = '', host = '', authority = '', intervalMs = ''] = process.argv.slice(2);
const ca = readFileSync(authority);

setInterval(() => void signIn(Date.now()), Number(intervalMs));

async function signIn(beganAt: number): Promise<void> {
  const outcome = await ask().catch((error: unknown) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify({ beganAt, endedAt: Date.now(), ...outcome })}\n`);
}

/** What the destination answers, or why there is no answer. */
async function ask(): Promise<object> {
  const raw = await throughProxy();
  const secure = connect({ socket: raw, servername: host, ca });
  try {
    return await answerOver(secure);
  } finally {
    secure.destroy();
    raw.destroy();
  }
}

function throughProxy(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: Number(port), method: 'CONNECT', path: `${host}:443` });
    asked.on('error', reject);
    asked.on('connect', (answer, socket) => {
      socket.on('error', reject);
      if (answer.statusCode === 200) resolve(socket);
      else reject(new Error(`${answer.statusCode ?? 0} ${answer.headers['proxy-status']?.toString() ?? ''}`));
    });
    asked.end();
  });
}

function answerOver(secure: TLSSocket): Promise<object> {
  return new Promise((resolve, reject) => {
    secure.on('error', reject);
    secure.on('close', () => reject(new Error('closed')));
    const asked = requestOverTls({ createConnection: () => secure, host, path: '/' }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.on('end', () => resolve(JSON.parse(body) as object));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}
