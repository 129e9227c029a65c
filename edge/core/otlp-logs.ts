// OpenTelemetry log records in the JSON encoding of OTLP 1.x: lower camel case, 64-bit numbers as text, identifiers as hex.

export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly boolValue: boolean }
  | { readonly arrayValue: { readonly values: readonly OtlpValue[] } };
export type OtlpAttribute = { readonly key: string; readonly value: OtlpValue };

/** What a value may be before it is encoded; null and empty lists are left out. */
export type AttributeValue = string | number | boolean | readonly string[] | null | undefined;

export type OtlpLogRecord = {
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: OtlpValue;
  readonly attributes: readonly OtlpAttribute[];
  readonly traceId?: string;
  readonly spanId?: string;
  readonly flags?: number;
};

export type LogFields = {
  /** ISO 8601. */
  readonly at: string;
  readonly severity: keyof typeof otlpSeverities;
  readonly eventName: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly trace: { readonly traceId: string; readonly parentId: string; readonly sampled: boolean } | null;
};

/** The lowest number of each range (OpenTelemetry, logs data model, SeverityNumber). */
export const otlpSeverities = { INFO: 9, WARN: 13 } as const;

/** Longer values are cut: a device chooses what it asks for. In characters. */
const longestValue = 1024;

export function otlpLogRecord({
  at,
  severity,
  eventName,
  text,
  attributes,
  trace,
}: LogFields): OtlpLogRecord {
  const nanoseconds = `${Date.parse(at)}000000`;
  return {
    timeUnixNano: nanoseconds,
    observedTimeUnixNano: nanoseconds,
    severityNumber: otlpSeverities[severity],
    severityText: severity,
    eventName,
    body: stringValue(text),
    attributes: otlpAttributes(attributes),
    ...(trace === null
      ? {}
      : { traceId: trace.traceId, spanId: trace.parentId, flags: trace.sampled ? 1 : 0 }),
  };
}

export function otlpAttributes(attributes: Readonly<Record<string, AttributeValue>>): OtlpAttribute[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    const encoded = otlpValue(value);
    return encoded === null ? [] : [{ key, value: encoded }];
  });
}

/**
 * The body of an ExportLogsServiceRequest.
 *
 * @param records each one `OtlpLogRecord` as JSON text
 */
export function otlpLogsRequest(
  resource: Readonly<Record<string, AttributeValue>>,
  scope: { readonly name: string; readonly version: string },
  records: readonly string[],
): string {
  const resourceText = JSON.stringify({ attributes: otlpAttributes(resource) });
  const scopeText = JSON.stringify(scope);
  return `{"resourceLogs":[{"resource":${resourceText},"scopeLogs":[{"scope":${scopeText},"logRecords":[${records.join(',')}]}]}]}`;
}

function otlpValue(value: AttributeValue): OtlpValue | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return stringValue(value);
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return { intValue: String(value) };
  return value.length === 0 ? null : { arrayValue: { values: value.map(stringValue) } };
}

function stringValue(text: string): { stringValue: string } {
  return { stringValue: text.slice(0, longestValue).toWellFormed() };
}
