// Serves the chained PAC file to this person's programs: on loopback, under an address that cannot be guessed.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { answerOriginForm, pacPath } from '../pac-file.ts';
import { openPacToken } from '../pac-token.ts';
import { readStateFile, writeStateFile } from '../state-file.ts';

export type PacServer = {
  /** Where the text is served from then on. */
  readonly serve: (text: string) => Promise<string>;
  /** The part of its addresses that only ours have. */
  readonly mark: string;
  readonly close: () => Promise<void>;
};

/** Browsers and the system's proxy resolver; more is a fault or an attack. */
const maxConnections = 32;
const patienceMs = 10_000;
const portFile = z.object({ version: z.literal(1), port: z.int().min(1).max(65_535) });

/** Token and port are kept, so that an address that a program remembers leads here after a restart as well. */
export async function openPacServer(
  stateDir: string,
  randomBytes: (size: number) => Buffer,
): Promise<PacServer> {
  const directory = join(stateDir, 'session');
  const token = await openPacToken(directory, randomBytes);
  let text: string | null = null;
  let server: Server | null = null;
  const file = { token, text: () => text ?? '' };

  async function start(): Promise<Server> {
    const created = createServer(
      {
        maxHeaderSize: 8 * 1024,
        headersTimeout: patienceMs,
        requestTimeout: patienceMs,
        keepAliveTimeout: 1,
      },
      (request, response) => answerOriginForm(request, response, file),
    );
    created.maxConnections = maxConnections;
    created.setTimeout(patienceMs);
    const path = join(directory, 'pac-port.json');
    const stored = portFile.safeParse(await readStateFile(path).catch(() => null));
    const kept = stored.success ? stored.data.port : 0;
    // Port 0 lets the system choose.
    if (!(await listens(created, kept))) await once(created.listen(0, '127.0.0.1'), 'listening');
    const { port } = created.address() as AddressInfo;
    if (port !== kept) await writeStateFile(path, { version: 1, port });
    return created;
  }

  return {
    mark: pacPath(file),
    async serve(next) {
      text = next;
      server ??= await start();
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}${pacPath(file)}`;
    },
    async close() {
      if (server === null) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Whether the port could be had; another program may have it. */
function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settled = (isListening: boolean) => {
      server.off('error', failed).off('listening', listening);
      resolve(isListening);
    };
    const failed = () => settled(false);
    const listening = () => settled(true);
    server.once('error', failed).once('listening', listening).listen(port, '127.0.0.1');
  });
}
