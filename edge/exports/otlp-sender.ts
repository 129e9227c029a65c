// Posts OpenTelemetry log records to a collector by OTLP/HTTP, and reads from its answer what became of them.
import { request as requestHttp, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { request as requestHttps, Agent as HttpsAgent } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { explain } from '../../protocol/error.ts';
import { otlpLogsRequest } from '../core/otlp-logs.ts';
import type { ExportSource } from './exported-record.ts';
import type { Delivery, Sender } from './exporter.ts';

export type OtlpCollector = {
  readonly url: string;
  readonly compression: 'none' | 'gzip';
  /** Secrets may stand in them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | null;
  readonly identity: { readonly key: string; readonly certificate: string } | null;
};

/** The default of OpenTelemetry's exporters. */
const patienceMs = 10_000;
const longestAnswerBytes = 64 * 1024;
/** OTLP specification, "Retryable Response Codes". Everything else but success is final. */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export function createOtlpSender(source: ExportSource, collector: OtlpCollector): Sender {
  const { ca, identity } = collector;
  const agent = collector.url.startsWith('https:')
    ? new HttpsAgent({
        keepAlive: true,
        maxSockets: 1,
        ...(ca === null ? {} : { ca }),
        ...(identity === null ? {} : { key: identity.key, cert: identity.certificate }),
      })
    : new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const resource = {
    'service.name': 'opengsa-edge',
    'service.version': source.version,
    'service.instance.id': source.edge,
    'process.pid': source.processId,
  };
  const scope = { name: 'opengsa-edge', version: source.version };
  return {
    async deliver(items) {
      try {
        const body = Buffer.from(otlpLogsRequest(resource, scope, items));
        return await post(collector, agent, await packed(body, collector.compression));
      } catch (error) {
        return { kind: 'failed', reason: explain(error), afterMs: 0 };
      }
    },
    close: () => agent.destroy(),
  };
}

function packed(body: Buffer, compression: OtlpCollector['compression']): Promise<Buffer> {
  return compression === 'gzip' ? gzipped(body) : Promise.resolve(body);
}

const gzipped: (body: Buffer) => Promise<Buffer> = promisify(gzip);

function post(
  { url, headers, compression }: OtlpCollector,
  agent: HttpAgent | HttpsAgent,
  body: Buffer,
): Promise<Delivery> {
  return new Promise((resolve, reject) => {
    const request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent,
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': body.length,
        ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
      },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', reject);
      readAnswer(response).then((text) => resolve(deliveryOf(response, text)), reject);
    });
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestAnswerBytes) throw new Error('the answer of the collector is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function deliveryOf({ statusCode = 0, headers }: IncomingMessage, text: string): Delivery {
  if (statusCode === 200) return acceptedOf(text);
  const reason = `the collector answers ${statusCode}`;
  if (!retryable.has(statusCode)) return { kind: 'refused', reason };
  return { kind: 'failed', reason, afterMs: retryAfterMs(headers['retry-after'], Date.now()) };
}

/** ExportLogsServiceResponse; a number may be text, and what is 0 or empty may be absent. */
const answer = z.object({
  partialSuccess: z
    .object({
      rejectedLogRecords: z
        .union([
          z.int(),
          z
            .string()
            .regex(/^\d{1,15}$/)
            .transform(Number),
        ])
        .default(0),
      errorMessage: z.string().default(''),
    })
    .nullish(),
});

/** What the collector answers besides success is its own affair: with status 200 the records are its. */
function acceptedOf(text: string): Delivery {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // An empty answer, or protobuf: it tells of no rejection that could be read.
  }
  const partial = answer.safeParse(value).data?.partialSuccess;
  const message = partial?.errorMessage ?? '';
  return {
    kind: 'delivered',
    rejected: Math.max(0, partial?.rejectedLogRecords ?? 0),
    reason: message === '' ? null : message.slice(0, 200),
  };
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
export function retryAfterMs(text: string | undefined, nowMs: number): number {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
}
