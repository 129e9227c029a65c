// What becomes of each request of a page: refused by the program, answered by its protocol handler, or by nobody.
import type { OnBeforeRequestListenerDetails } from 'electron';
import { ignoreClosedPage } from './chromium.ts';
import type { DevtoolsSession } from './devtools.ts';
import { answer, isHandled } from './protocol.ts';
import { record } from './record.ts';
import { askBeforeRequest } from './session.ts';
import { toLoadedUrl, toOwnUrl } from './url-mapping.ts';

export type Navigation = {
  readonly url: string;
  readonly isMainFrame: boolean;
  readonly redirected: boolean;
};

export type RequestRules = {
  readonly devtools: DevtoolsSession;
  readonly webContentsId: number;
  readonly mainFrameId: string;
  /** Asked for every document that a frame is about to load; false refuses it. */
  readonly allowsNavigation: (navigation: Navigation) => boolean;
};

const resourceTypes: Readonly<Record<string, OnBeforeRequestListenerDetails['resourceType']>> = {
  Stylesheet: 'stylesheet',
  Script: 'script',
  Image: 'image',
  Font: 'font',
  XHR: 'xhr',
  Fetch: 'xhr',
  Ping: 'ping',
  CSPViolationReport: 'cspReport',
  Media: 'media',
  WebSocket: 'webSocket',
};

/** Decides about every request from here on. The double never asks a network. */
export async function ruleRequests(rules: RequestRules): Promise<void> {
  const { devtools } = rules;
  devtools.on('Fetch.requestPaused', (paused) => {
    const { requestId, frameId, resourceType, redirectedRequestId, request } = paused;
    const isDocument = resourceType === 'Document';
    const asked: AskedRequest = {
      requestId,
      url: toOwnUrl(request.url) + (request.urlFragment ?? ''),
      method: request.method,
      headers: request.headers,
      body: (request.postDataEntries ?? []).map(({ bytes }) => Buffer.from(bytes ?? '', 'base64')),
      isDocument,
      isMainFrame: isDocument && frameId === rules.mainFrameId,
      redirected: redirectedRequestId !== undefined,
      resourceType: resourceTypes[resourceType] ?? 'other',
    };
    decide(asked, rules).catch((error: unknown) => {
      // The program's handler failed: Electron fails the request, and says so.
      record.console.push(`request: ${asked.url}: ${String(error)}`);
      refuse(rules.devtools, asked, 'Failed');
    });
  });
  await devtools.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
}

type AskedRequest = {
  readonly requestId: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: readonly Buffer[];
  readonly isDocument: boolean;
  readonly isMainFrame: boolean;
  readonly redirected: boolean;
  readonly resourceType: OnBeforeRequestListenerDetails['resourceType'];
};

async function decide(asked: AskedRequest, rules: RequestRules): Promise<void> {
  const { devtools } = rules;
  if (asked.isDocument && !rules.allowsNavigation(asked)) {
    refuse(devtools, asked, 'Aborted');
    return;
  }
  const { cancel, redirectURL } = await askBeforeRequest(detailsOf(asked, rules.webContentsId));
  if (cancel === true) {
    refuse(devtools, asked, 'BlockedByClient');
    return;
  }
  if (redirectURL !== undefined) {
    const location = { name: 'location', value: toLoadedUrl(redirectURL, isHandled) };
    await fulfil(devtools, asked.requestId, 307, [location], Buffer.alloc(0));
    return;
  }
  const { method, headers, body } = asked;
  const withBody = method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(body) };
  const response = /^https?:/.test(asked.url)
    ? null
    : await answer(new Request(asked.url, { method, headers: ownHeaders(headers), ...withBody }));
  if (response === null) {
    refuse(devtools, asked, 'BlockedByClient');
    return;
  }
  const named = [...response.headers].map(([name, value]) => ({
    name,
    value: name === 'location' ? toLoadedUrl(value, isHandled) : value,
  }));
  await fulfil(devtools, asked.requestId, response.status, named, Buffer.from(await response.arrayBuffer()));
}

function detailsOf(asked: AskedRequest, webContentsId: number): OnBeforeRequestListenerDetails {
  const kind = asked.isMainFrame ? 'mainFrame' : asked.isDocument ? 'subFrame' : asked.resourceType;
  return {
    id: Number(asked.requestId.replaceAll(/\D/g, '')),
    url: asked.url,
    method: asked.method,
    webContentsId,
    resourceType: kind,
    referrer: toOwnUrl(asked.headers.Referer ?? ''),
    timestamp: performance.timeOrigin + performance.now(),
    uploadData: [],
  };
}

/** The page's own address stands in some headers. */
function ownHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, toOwnUrl(value)]));
}

function refuse(
  devtools: DevtoolsSession,
  { requestId, url }: AskedRequest,
  errorReason: 'Aborted' | 'BlockedByClient' | 'Failed',
): void {
  record.blocked.push(url);
  devtools.send('Fetch.failRequest', { requestId, errorReason }).catch(ignoreClosedPage);
}

async function fulfil(
  devtools: DevtoolsSession,
  requestId: string,
  responseCode: number,
  responseHeaders: { name: string; value: string }[],
  body: Buffer,
): Promise<void> {
  await devtools
    .send('Fetch.fulfillRequest', { requestId, responseCode, responseHeaders, body: body.toString('base64') })
    .catch(ignoreClosedPage);
}
