// An agent of which only the outside is real: its management socket and its PAC file, with a status that a test writes.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Handlers } from '../../agent/management/handlers.ts';
import { startManagement } from '../../agent/management/server.ts';
import { answerOriginForm } from '../../agent/pac-file.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { Language } from '../../protocol/language.ts';
import { managementMethods } from '../../protocol/management.ts';
import type { Status } from '../../protocol/status.ts';
import { exampleStatus } from './example-status.ts';

export type ScriptedAgent = {
  readonly pacUrl: string;
  readonly httpProxy: string;
  /** Tells everybody who follows. */
  readonly publish: (connection: Status['connection'], capture?: Partial<Status['capture']>) => void;
  /** Tells everybody who follows another title. */
  readonly say: (title: string) => void;
  readonly setPac: (text: string) => void;
  /** In which each follower so far has asked to be spoken to. */
  readonly languages: readonly Language[];
  readonly close: () => Promise<void>;
};

export const connected: Status['connection'] = {
  kind: 'connected',
  edge: 'edge.contoso.test',
  since: '2026-01-01T00:00:00.000Z',
};

/** The text of a PAC file that sends one host to the agent. */
export const agentPac = (proxy: string) =>
  `function FindProxyForURL(url, host) { return host === 'login.contoso.test' ? 'PROXY ${proxy}' : 'DIRECT'; }`;

/** Connected from the start. */
export async function startScriptedAgent(socketPath: string): Promise<ScriptedAgent> {
  const pac = { token: randomBytes(16).toString('hex'), text: () => text };
  const http = createServer((request, response) => answerOriginForm(request, response, pac));
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const httpProxy = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const pacUrl = `http://${httpProxy}/${pac.token}/proxy.pac`;
  let text = agentPac(httpProxy);
  let status = statusWith(connected, {});
  const languages: Language[] = [];

  function statusWith(connection: Status['connection'], capture: Partial<Status['capture']>): Status {
    const example = exampleStatus();
    return { ...example, connection, capture: { ...example.capture, httpProxy, pacUrl, ...capture } };
  }
  const management = await startManagement({
    socketPath,
    group: null,
    program: 'scripted agent',
    handlers: handlersFor(
      () => status,
      (language) => languages.push(language),
    ),
    followFlows: () => ({ take: () => [], end: () => undefined }),
    randomBytes,
    refused: () => undefined,
  });
  return {
    pacUrl,
    httpProxy,
    languages,
    publish(connection, capture = {}) {
      status = statusWith(connection, capture);
      management.publish(() => status);
    },
    say(title) {
      status = { ...status, title };
      management.publish(() => status);
    },
    setPac(next) {
      text = next;
    },
    async close() {
      await management.close();
      http.close();
      http.closeAllConnections();
    },
  };
}

function handlersFor(status: () => Status, followed: (language: Language) => void): Handlers {
  const notAsked = () => {
    throw new OpenGsaError('internal', 'not asked here');
  };
  const handlers = Object.fromEntries(Object.keys(managementMethods).map((method) => [method, notAsked]));
  return {
    ...(handlers as unknown as Handlers),
    'status.get': status,
    'status.subscribe'(_, language) {
      followed(language);
      return status();
    },
  };
}
