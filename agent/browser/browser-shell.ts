// The windows in the person's own browser: a small server on this machine, run by the person and with the person's rights.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';
import type { Clock } from '../clock.ts';
import { judgeRequest, type RequestFacts, type RequestVerdict } from '../core/browser-request.ts';
import { callFault, type WindowDesk } from '../window-desk.ts';
import { answerBrowserCall } from './browser-calls.ts';
import { createCredentials } from './credentials.ts';
import { readJson } from './json-body.ts';
import { listenOnLoopback } from './loopback-listeners.ts';
import { createOpenPages } from './open-pages.ts';
import { refuse, sendFile, sendJson, sendNothing } from './page-answers.ts';
import type { PageFiles } from './page-files.ts';
import type { SettingsStore } from './window-settings.ts';

export type BrowserShellSetup = {
  readonly desk: WindowDesk;
  readonly files: PageFiles;
  readonly settings: SettingsStore;
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
  /** 0: any free one. */
  readonly port: number;
  readonly version: string;
  /** Somebody tried wrong keys; every page must be opened anew. */
  readonly guessed: () => void;
  /** A page has exchanged its code. */
  readonly entered: () => void;
  /** No page was open for `idleMs`. */
  readonly idle: () => void;
};

export type BrowserShell = {
  readonly port: number;
  /** Opens the windows in one browser, once, within a minute; a link made before it is void. */
  readonly makeLink: () => string;
  readonly close: () => Promise<void>;
};

type ApiRequest = Extract<RequestVerdict, { kind: 'api' }>;

const maxConnections = 64;
const codeQuestion = z.strictObject({ code: z.string().max(128) });
const callQuestion = z.strictObject({ call: z.string().max(64), params: z.unknown() });

/** @throws OpenGsaError `address-in-use` */
export async function startBrowserShell(setup: BrowserShellSetup): Promise<BrowserShell> {
  const { desk, settings, files } = setup;
  const pages = createOpenPages(setup);
  const credentials = createCredentials({
    ...{ clock: setup.clock, randomBytes: setup.randomBytes },
    renewed() {
      pages.dismiss();
      setup.guessed();
    },
  });
  const calls = { desk, settings, settingsChanged: pages.tellSettings };

  async function answerApi(asked: ApiRequest, request: IncomingMessage, response: ServerResponse) {
    if (asked.path === '/api/token') {
      const { code } = parse(codeQuestion, await readJson(request), 'token');
      const token = credentials.exchange(code);
      if (token === null) refuse(response, 401, 'this link was used or is too old');
      else sendJson(response, { token, version: setup.version });
      if (token !== null) setup.entered();
    } else if (!credentials.accepts(bearerOf(request))) {
      refuse(response, 401, 'this page is not let in');
    } else if (asked.path === '/api/events') {
      pages.add(response, asked.query);
    } else {
      const { call, params } = parse(callQuestion, await readJson(request), 'call');
      const answer = await answerBrowserCall(call, params, calls).then(
        (result) => ({ ok: true, result }),
        (error: unknown) => ({ ok: false, fault: callFault(error) }),
      );
      sendJson(response, answer);
    }
  }

  const listeners = await listenOnLoopback(setup.port, () =>
    boundedServer((request, response) => {
      const verdict = judgeRequest(factsOf(request), listeners.port);
      if (verdict.kind === 'refused') refuse(response, verdict.status, verdict.reason);
      else if (verdict.kind === 'api') {
        answerApi(verdict, request, response).catch((error: unknown) => refuseFor(error, response));
      } else {
        const file = files.get(verdict.path);
        if (file !== undefined) sendFile(request, response, file);
        else if (verdict.path === '/favicon.ico') sendNothing(response);
        else refuse(response, 404, 'there is no such page');
      }
    }),
  );
  return {
    port: listeners.port,
    makeLink: () => `http://127.0.0.1:${listeners.port}/#k=${credentials.makeCode()}`,
    async close() {
      pages.close();
      await listeners.close();
    },
  };
}

/** Whoever sends slowly or opens many connections gets neither time nor memory of other pages. */
function boundedServer(answer: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer(
    {
      maxHeaderSize: 8 * 1024,
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 5_000,
    },
    answer,
  );
  server.maxConnections = maxConnections;
  return server;
}

function bearerOf({ headers }: IncomingMessage): string {
  return /^Bearer (?<token>.{1,128})$/.exec(headers.authorization ?? '')?.groups?.token ?? '';
}

function refuseFor(error: unknown, response: ServerResponse): void {
  const { code, message } = callFault(error);
  const isTooLarge = error instanceof OpenGsaError && code === 'too-busy';
  refuse(response, isTooLarge ? 413 : code === 'bad-message' ? 400 : 500, message);
}

function factsOf({ method = '', url = '', headers, headersDistinct }: IncomingMessage): RequestFacts {
  const field = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : value?.join(', ');
  };
  return {
    ...{ method, target: url, hosts: headersDistinct.host ?? [] },
    ...{ fetchSite: field('sec-fetch-site'), fetchMode: field('sec-fetch-mode') },
    ...{ fetchDest: field('sec-fetch-dest'), origin: field('origin'), contentType: field('content-type') },
  };
}
