// Asks the agent's own proxies as a program would: whether they answer, and as what they serve the proxy script.
import { get } from 'node:http';
import { connect } from 'node:net';
import { parseAuthority } from '../../protocol/destination.ts';
import type { Status } from '../../protocol/status.ts';
import type { ListenerAnswer, ListenerFacts } from '../core/health-facts.ts';

const withinMs = 2_000;
/** SOCKS5 with the methods "none" and "name and password" (RFC 1928 section 3). */
const socksGreeting = Buffer.from([5, 2, 0, 2]);

/** Never rejects. */
export async function askListeners({ httpProxy, socks5, pacUrl }: Status['capture']): Promise<ListenerFacts> {
  const [http, socks, pac] = await Promise.all([
    httpProxy === null ? null : firstByte(httpProxy, Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'H'),
    socks5 === null ? null : firstByte(socks5, socksGreeting, '\x05'),
    pacUrl === null ? null : askPac(pacUrl),
  ]);
  return { httpProxy: http, socks5: socks, pac };
}

function firstByte(at: string, question: Buffer, expected: string): Promise<ListenerAnswer> {
  const destination = parseAuthority(at);
  if (destination?.host.kind !== 'address') return Promise.resolve({ at, fault: 'is no address' });
  const socket = connect({ host: destination.host.address.text, port: destination.port, timeout: withinMs });
  const { promise, resolve } = Promise.withResolvers<string | null>();
  socket.on('error', (error) => resolve(error.message));
  socket.on('timeout', () => resolve(`no answer within ${withinMs} ms`));
  socket.on('close', () => resolve('closed without an answer'));
  socket.on('data', (data: Buffer) =>
    resolve(data.toString('latin1', 0, 1) === expected ? null : 'something else answers there'),
  );
  socket.write(question);
  return promise.then((fault) => ({ at, fault })).finally(() => socket.destroy());
}

function askPac(url: string): Promise<NonNullable<ListenerFacts['pac']>> {
  // Whoever reads the report need not learn the token of the path.
  const at = new URL(url).host;
  return new Promise((resolve) => {
    const asked = get(url, { agent: false, timeout: withinMs }, (answer) => {
      answer.resume();
      const contentType = answer.headers['content-type'] ?? null;
      const fault = answer.statusCode === 200 ? null : `answered ${answer.statusCode ?? 0}`;
      resolve({ at, fault, contentType });
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${withinMs} ms`)));
    asked.on('error', (error) => resolve({ at, fault: error.message, contentType: null }));
  });
}
