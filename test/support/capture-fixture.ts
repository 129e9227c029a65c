// What the tests of the capture fronts share: a rig and origins that live as long as one test.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { parseProxyStatus } from '../../protocol/proxy-status.ts';
import { type CaptureRig, type CaptureRigOptions, readHead, startCaptureRig } from './capture-rig.ts';
import type { Origin } from './origins.ts';
import { readAll } from './relay-chain.ts';

export type CaptureFixture = {
  /** For beforeEach: a rig whose flows all go direct. */
  readonly begin: () => Promise<void>;
  /** For afterEach. */
  readonly end: () => Promise<void>;
  readonly rig: () => CaptureRig;
  /** Another rig for the rest of the test. */
  readonly restart: (options: CaptureRigOptions) => Promise<void>;
  readonly atEnd: (close: () => Promise<void>) => void;
  readonly use: (starting: Promise<Origin>) => Promise<Origin>;
  readonly useWeb: (
    handle: (request: IncomingMessage, response: ServerResponse) => void,
  ) => Promise<{ readonly server: Server; readonly authority: string }>;
  /** A flow by CONNECT whose answer has been read. */
  readonly tunnelTo: (origin: Origin) => Promise<Socket>;
  /** Sends `text` to the HTTP proxy and gives all that comes until it closes. */
  readonly ask: (text: string) => Promise<string>;
};

export function createCaptureFixture(): CaptureFixture {
  const closers: (() => Promise<void>)[] = [];
  let current: CaptureRig | null = null;
  const rig = (): CaptureRig => {
    if (current === null) throw new Error('no rig: begin() was not awaited');
    return current;
  };
  const restart = async (options: CaptureRigOptions): Promise<void> => {
    current = await startCaptureRig(options);
    closers.push(current.close);
  };
  return {
    begin: () => restart({}),
    end: async () => {
      for (const close of closers.splice(0).reverse()) await close();
      current = null;
    },
    rig,
    restart,
    atEnd: (close) => closers.push(close),
    use: async (starting) => {
      const origin = await starting;
      closers.push(origin.close);
      return origin;
    },
    useWeb: async (handle) => {
      const server = createServer(handle);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      closers.push(async () => {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      });
      return { server, authority: `127.0.0.1:${(server.address() as AddressInfo).port}` };
    },
    tunnelTo: async (origin) => {
      const socket = await rig().talk(`CONNECT ${origin.authority} HTTP/1.1\r\nHost: x\r\n\r\n`);
      const head = await readHead(socket);
      if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`no tunnel: ${head}`);
      return socket;
    },
    ask: async (text) => {
      const socket = await rig().talk(text);
      const { bytes } = await readAll(socket);
      socket.destroy();
      return bytes.toString('latin1');
    },
  };
}

/** A web server's handler: the path is the answer. */
export function answerPath(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Content-Length', Buffer.byteLength(request.url ?? ''));
  response.end(request.url);
}

/** The Proxy-Status of the first answer in `text`, or null. */
export function proxyStatusOf(text: string): ReturnType<typeof parseProxyStatus> {
  return parseProxyStatus(/^proxy-status: (.*)\r$/im.exec(text)?.[1] ?? '');
}
