// A collector of OpenTelemetry logs over OTLP/HTTP: it takes what the specification's schema takes, and answers as it is told to.
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { type OtlpRecord, otlpRequest } from './otlp-schema.ts';
import { listen } from './relay-chain.ts';

export type CollectorAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

export type OtlpCollectorDouble = {
  readonly url: string;
  /** Those of requests that were answered with 200. */
  readonly records: OtlpRecord[];
  readonly resources: unknown[];
  /** Whole bodies, unpacked, and headers of every request. */
  readonly requests: { readonly headers: IncomingMessage['headers']; readonly text: string }[];
  /** What was wrong with requests that no collector would take. */
  readonly faults: string[];
  /** For the next requests, one each; then 200. */
  readonly answers: CollectorAnswer[];
  readonly close: () => Promise<void>;
};

const accepted: CollectorAnswer = { status: 200, body: { partialSuccess: {} } };

/** @param tls absent: plain HTTP */
export async function startOtlpCollector(tls?: {
  readonly key: string;
  readonly cert: string;
}): Promise<OtlpCollectorDouble> {
  const double = {
    records: [] as OtlpRecord[],
    resources: [] as unknown[],
    requests: [] as { headers: IncomingMessage['headers']; text: string }[],
    faults: [] as string[],
    answers: [] as CollectorAnswer[],
  };
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
      double.requests.push({ headers: request.headers, text });
      const { status, headers, body: reply } = judge(request, text, double);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(reply === undefined ? '' : JSON.stringify(reply));
    });
  };
  const server = tls === undefined ? createHttp(handler) : createHttps(tls, handler);
  const port = await listen(server);
  return {
    ...double,
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${port}/v1/logs`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function judge(
  { method, url, headers }: IncomingMessage,
  text: string,
  double: Pick<OtlpCollectorDouble, 'records' | 'resources' | 'faults' | 'answers'>,
): CollectorAnswer {
  const fault = (what: string): CollectorAnswer => {
    double.faults.push(what);
    return { status: 400, body: { code: 3, message: what } };
  };
  if (method !== 'POST' || url !== '/v1/logs') return fault(`${method ?? ''} ${url ?? ''}`);
  if (headers['content-type'] !== 'application/json') return fault('content-type');
  const parsed = otlpRequest.safeParse(JSON.parse(text));
  if (!parsed.success) return fault(parsed.error.message);
  const answer = double.answers.shift() ?? accepted;
  if (answer.status === 200) {
    for (const { resource, scopeLogs } of parsed.data.resourceLogs) {
      double.resources.push(resource);
      double.records.push(...scopeLogs.flatMap(({ logRecords }) => logRecords));
    }
  }
  return answer;
}
