// The provider as a program of its own: `node main.ts SETTINGS.json`. It prints one line of JSON when it is ready,
// writes one line per sign-in to its log file, and runs until it is told to stop.
import { appendFileSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { explain } from '../../../protocol/error.ts';
import { parse } from '../../../protocol/parse.ts';
import { startIdentityProvider } from './identity-provider.ts';

const settingsSchema = z.strictObject({
  host: z.string(),
  listen: z.strictObject({ address: z.string(), port: z.int() }),
  trustedEdges: z.array(z.string()),
  told: z.enum(['proxy-v2', 'forwarded']),
  people: z.array(
    z.strictObject({ id: z.string(), name: z.string(), username: z.string(), password: z.string() }),
  ),
  trustedLocation: z.strictObject({ name: z.string(), ranges: z.array(z.string()) }),
  signInLog: z.string(),
  requestLog: z.string(),
});

/** A line of the request log: what was asked for, and every field as it came, save those that hold secrets. */
export const receivedRequest = z.object({ path: z.string(), fields: z.array(z.string()) });
export type ReceivedRequest = z.infer<typeof receivedRequest>;

export type ProviderSettings = z.input<typeof settingsSchema>;

/** What the program prints when it is ready. */
export const readyLine = z.object({
  issuer: z.string(),
  port: z.int(),
  authority: z.string(),
  keyHash: z.string(),
});

if (import.meta.main) await main();

async function main(): Promise<void> {
  const file = process.argv[2] ?? '';
  const settings = parse(settingsSchema, JSON.parse(readFileSync(file, 'utf8')), file, 'bad-config');
  const append = (log: string, value: unknown) =>
    appendFileSync(log, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  const provider = await startIdentityProvider({
    ...settings,
    onSignIn: (row) => append(settings.signInLog, row),
    onRequest: ({ url = '', rawHeaders }) =>
      append(settings.requestLog, {
        path: url.split('?')[0] ?? '',
        fields: withoutSecrets(rawHeaders),
      } satisfies ReceivedRequest),
    onNotice: (line) => process.stderr.write(`${line}\n`),
  });
  const { issuer, port, authority, keyHash } = provider;
  process.stdout.write(`${JSON.stringify({ issuer, port, authority, keyHash })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      provider.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`${explain(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}

function withoutSecrets(fields: readonly string[]): string[] {
  return fields.filter((_, i) => !/^(?:cookie|authorization)$/i.test(fields[i - (i % 2)] ?? ''));
}
