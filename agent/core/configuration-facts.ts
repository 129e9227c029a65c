// agent.yaml as it is in force, as plain JSON for a log bundle: values in the spelling of the file, passwords left out.
import { z } from 'zod';

/** @param config the checked configuration, with the values that its texts have become */
export function configurationFacts(config: object): Record<string, unknown> {
  const plain: unknown = JSON.parse(JSON.stringify(config, asWritten));
  return z.record(z.string(), z.unknown()).parse(plain);
}

const address = z.object({ family: z.enum(['ipv4', 'ipv6']), text: z.string(), bytes: z.array(z.number()) });
const prefix = z.strictObject({ address, length: z.int() });
const host = z.union([
  z.strictObject({ kind: z.literal('name'), name: z.string() }).transform(({ name }) => name),
  z.strictObject({ kind: z.literal('address'), address }).transform((one) => one.address.text),
]);
const listen = z.strictObject({ address: z.string(), port: z.int() });

function asWritten(key: string, value: unknown): unknown {
  if (key === 'socks5Users') return `${Object.keys(Object(value) as object).length} users, not shown`;
  if (typeof value !== 'object' || value === null) return value;
  const spelling = z
    .union([
      address.transform(({ text }) => text),
      prefix.transform((one) => `${one.address.text}/${one.length}`),
      host,
      listen.transform((one) =>
        one.address.includes(':') ? `[${one.address}]:${one.port}` : `${one.address}:${one.port}`,
      ),
    ])
    .safeParse(value);
  return spelling.success ? spelling.data : value;
}
