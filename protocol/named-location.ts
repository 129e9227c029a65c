// Named locations: address ranges that an organisation has given a name, and often its trust, for its access policies.
// Read from Microsoft Graph's `namedLocations` and from a plain list of our own.
import { z } from 'zod';
import { addressOfBytes, formatPrefix, parseAddress, parseNetwork, parsePrefix } from './address.ts';
import { OpenGsaError } from './error.ts';
import { formatPath } from './parse.ts';
import { blocksOfRange } from './prefix-trie.ts';

/** The largest file in bytes. Entra ID keeps at most 195 locations of 2000 ranges. */
export const namedLocationsMaxBytes = 1024 * 1024;

const mostLocations = 1000;
const mostRanges = 20_000;

/** Shown on terminals, so it steers none. */
export const locationName = z
  .string()
  .min(1, 'must not be empty')
  .max(256, 'must have at most 256 characters')
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'must not hold control characters');

/** As it is kept and told. `countries` and `other` cannot be judged by an address alone, and are not lost either. */
export const namedLocation = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ranges'),
    name: locationName,
    trusted: z.boolean(),
    /** Canonical prefixes. */
    ranges: z
      .array(z.string().refine((text) => parsePrefix(text) !== null, 'must be a prefix'))
      .min(1)
      .max(mostRanges),
  }),
  z.strictObject({
    kind: z.literal('countries'),
    name: locationName,
    /** ISO 3166-1, two letters. */
    countries: z.array(z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters')).max(300),
  }),
  z.strictObject({
    kind: z.literal('other'),
    name: locationName,
    /** As Graph calls it: `compliantNetworkNamedLocation`. */
    type: locationName,
  }),
]);
export type NamedLocation = z.output<typeof namedLocation>;

export const namedLocationList = z.array(namedLocation).max(mostLocations);

/**
 * Reads one location, a list of them, or Graph's collection of them.
 *
 * @param subject the file, for the message
 * @throws OpenGsaError `bad-config` with the path of the first fault: `value[2].ipRanges[0].cidrAddress: …`
 */
export function parseNamedLocations(value: unknown, subject: string): readonly NamedLocation[] {
  const fail = (path: Path, message: string): never => {
    throw new OpenGsaError('bad-config', `${subject}: ${formatPath(path)}: ${message}`);
  };
  const { path, entries } = entriesOf(value, fail);
  if (entries.length > mostLocations) fail(path, `holds more than ${mostLocations} locations`);
  const locations = entries.map((entry, i) =>
    readLocation(entry, Array.isArray(value) || path.length > 0 ? [...path, i] : path, fail),
  );
  const ranges = locations.reduce((sum, one) => sum + (one.kind === 'ranges' ? one.ranges.length : 0), 0);
  if (ranges > mostRanges) fail(path, `holds more than ${mostRanges} ranges in all`);
  return locations;
}

type Path = readonly PropertyKey[];
type Fail = (path: Path, message: string) => never;

const shapes =
  "must be Graph's namedLocations ({ value: [ … ] }), a list of locations, or one of them ({ displayName, ipRanges } or { name, ranges })";

function entriesOf(value: unknown, fail: Fail): { path: Path; entries: readonly unknown[] } {
  if (Array.isArray(value)) return { path: [], entries: value };
  if (!isRecord(value)) return fail([], shapes);
  if (typeof value['@odata.nextLink'] === 'string') {
    fail(['@odata.nextLink'], 'this is one page of several; put the entries of all pages into one value');
  }
  for (const key of ['value', 'namedLocations']) {
    const list = value[key];
    if (list === undefined) continue;
    return Array.isArray(list) ? { path: [key], entries: list } : fail([key], 'must be a list');
  }
  return { path: [], entries: [value] };
}

function readLocation(value: unknown, path: Path, fail: Fail): NamedLocation {
  if (!isRecord(value)) return fail(path, shapes);
  const type = typeof value['@odata.type'] === 'string' ? value['@odata.type'].replace(/^.*\./, '') : null;
  if (type === 'ipNamedLocation' || (type === null && 'ipRanges' in value)) {
    return readInto(graphRanges, value, path, fail);
  }
  if (type === 'countryNamedLocation' || (type === null && 'countriesAndRegions' in value)) {
    return readInto(graphCountries, value, path, fail);
  }
  if (type !== null) return readInto(graphOther, { ...value, type }, path, fail);
  if ('ranges' in value) return readInto(ownRanges, value, path, fail);
  return fail(path, shapes);
}

function readInto<T>(schema: z.ZodType<T>, value: unknown, path: Path, fail: Fail): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return fail([...path, ...(issue?.path ?? [])], issue?.message ?? 'invalid');
}

const rangesWanted = 'must hold at least one range';

/** Of an organisation's own making, and what an edge is configured with. */
const ownRanges = z
  .object({
    name: locationName,
    trusted: z.boolean().default(false),
    ranges: z.array(z.string().transform(toRanges)).min(1, rangesWanted),
  })
  .transform(({ name, trusted, ranges }) => rangeLocation(name, trusted, ranges));

const cidrRange = z
  .object({ '@odata.type': z.string().optional(), cidrAddress: z.string().transform(toRanges) })
  .superRefine(({ '@odata.type': type, cidrAddress: [range = ''] }, context) => {
    const said = /iPv([46])CidrRange$/.exec(type ?? '')?.[1];
    const is = range.includes(':') ? '6' : '4';
    if (said === undefined || said === is) return;
    const message = `${range} is of IPv${is}, and @odata.type says IPv${said}`;
    context.addIssue({ code: 'custom', path: ['cidrAddress'], message });
  })
  .transform(({ cidrAddress }) => cidrAddress);

const address = z.string().transform((text, context) => {
  const parsed = parseAddress(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'must be an IP address' });
  return z.NEVER;
});

const boundedRange = z
  .object({ lowerAddress: address, upperAddress: address })
  .transform(({ lowerAddress, upperAddress }, context): readonly string[] => {
    const sameFamily = lowerAddress.family === upperAddress.family;
    const blocks = sameFamily ? blocksOfRange(lowerAddress, upperAddress) : [];
    const ranges = blocks.map(({ bytes, length }) =>
      formatPrefix({ address: addressOfBytes(bytes), length }),
    );
    // A range of IPv6 that runs across the IPv4-mapped addresses has no canonical text.
    if (ranges.length === 0 || ranges.some((text) => parsePrefix(text) === null)) {
      const message = 'must be of the family of lowerAddress and not below it';
      context.addIssue({ code: 'custom', path: ['upperAddress'], message });
    }
    return ranges;
  });

const graphRange = z.looseObject({}).transform((value, context): readonly string[] => {
  const result = ('lowerAddress' in value ? boundedRange : cidrRange).safeParse(value);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
  return z.NEVER;
});

const graphRanges = z
  .object({
    displayName: locationName,
    isTrusted: z.boolean().nullable().default(false),
    ipRanges: z.array(graphRange).min(1, rangesWanted),
  })
  .transform(({ displayName, isTrusted, ipRanges }) =>
    rangeLocation(displayName, isTrusted === true, ipRanges),
  );

const graphCountries = z
  .object({
    displayName: locationName,
    countriesAndRegions: z.array(z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters')).max(300),
  })
  .transform(({ displayName, countriesAndRegions }): NamedLocation => ({
    kind: 'countries',
    name: displayName,
    countries: countriesAndRegions,
  }));

const graphOther = z
  .object({ displayName: locationName, type: locationName })
  .transform(({ displayName, type }): NamedLocation => ({ kind: 'other', name: displayName, type }));

function rangeLocation(
  name: string,
  trusted: boolean,
  ranges: readonly (readonly string[])[],
): NamedLocation {
  return { kind: 'ranges', name, trusted, ranges: [...new Set(ranges.flat())] };
}

function toRanges(text: string, context: z.core.$RefinementCtx<string>): readonly string[] {
  const prefix = parseNetwork(text);
  if (prefix !== null) return [formatPrefix(prefix)];
  context.addIssue({ code: 'custom', message: 'must be a range such as 203.0.113.0/24 or 2001:db8::/32' });
  return z.NEVER;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
