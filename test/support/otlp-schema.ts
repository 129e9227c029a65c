// What an OTLP collector takes, as a strict schema: opentelemetry-proto's logs/v1, common/v1, resource/v1 and
// collector/logs/v1 in the JSON encoding of the OTLP specification (lower camel case, 64-bit integers as decimal text,
// enumerations as numbers, trace and span identifiers as hex). Field names that it does not know are faults here.
import { z } from 'zod';

const fixed64 = z.string().regex(/^(0|[1-9]\d{0,19})$/);
const int64 = z.string().regex(/^-?(0|[1-9]\d{0,18})$/);
const uint32 = z.int().min(0).max(4_294_967_295);

/** AnyValue: exactly one of its fields. */
const anyValue: z.ZodType = z.lazy(() =>
  z.union([
    z.strictObject({ stringValue: z.string().refine((text) => text.isWellFormed()) }),
    z.strictObject({ boolValue: z.boolean() }),
    z.strictObject({ intValue: int64 }),
    z.strictObject({ doubleValue: z.number() }),
    z.strictObject({ arrayValue: z.strictObject({ values: z.array(anyValue) }) }),
    z.strictObject({ kvlistValue: z.strictObject({ values: z.array(keyValue) }) }),
    z.strictObject({ bytesValue: z.base64() }),
  ]),
);
const keyValue = z.strictObject({ key: z.string().min(1), value: anyValue });
/** "Attribute keys MUST be unique". */
const attributes = z
  .array(keyValue)
  .refine((list) => new Set(list.map(({ key }) => key)).size === list.length, 'a key stands twice');

export const otlpRecord = z.strictObject({
  timeUnixNano: fixed64,
  observedTimeUnixNano: fixed64,
  severityNumber: z.int().min(0).max(24),
  severityText: z.string(),
  eventName: z.string(),
  body: anyValue,
  attributes,
  droppedAttributesCount: uint32.optional(),
  flags: uint32.optional(),
  traceId: z
    .string()
    .regex(/^(?!0{32})[0-9a-f]{32}$/i)
    .optional(),
  spanId: z
    .string()
    .regex(/^(?!0{16})[0-9a-f]{16}$/i)
    .optional(),
});
export type OtlpRecord = z.infer<typeof otlpRecord>;

/** ExportLogsServiceRequest. */
export const otlpRequest = z.strictObject({
  resourceLogs: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes, droppedAttributesCount: uint32.optional() }),
      scopeLogs: z.array(
        z.strictObject({
          scope: z.strictObject({
            name: z.string(),
            version: z.string(),
            attributes: attributes.optional(),
          }),
          logRecords: z.array(otlpRecord),
          schemaUrl: z.string().optional(),
        }),
      ),
      schemaUrl: z.string().optional(),
    }),
  ),
});
