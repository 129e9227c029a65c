// Reads a log bundle from a file that a person chose, whoever wrote it: within bounds, and checked before it is shown.
import type { LogBundle } from '../../protocol/log-bundle.ts';

/** The largest, packed and unpacked, in bytes; as the bundle's schema has it, which is loaded only when a bundle is. */
export const bundleMaxBytes = 32 * 1024 * 1024;

export type BundleFault =
  | { readonly kind: 'too-large' | 'damaged' | 'foreign' }
  | { readonly kind: 'newer'; readonly version: number }
  /** It claims to be a bundle; `detail` names the first wrong field. */
  | { readonly kind: 'invalid'; readonly detail: string };

export type ReadBundle =
  { readonly ok: true; readonly bundle: LogBundle } | { readonly ok: false; readonly fault: BundleFault };

/** Parses what `value` holds; a message for what is wrong in it, or the bundle. */
export type ParseBundle = (value: unknown) => LogBundle | string;

/** @param loadParser fetches the schema, which is large, only where there is something to check */
export async function readBundle(file: Blob, loadParser: () => Promise<ParseBundle>): Promise<ReadBundle> {
  if (file.size > bundleMaxBytes) return failed({ kind: 'too-large' });
  const text = await unpacked(file);
  if (typeof text !== 'string') return failed(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failed({ kind: 'foreign' });
  }
  if (!isRecord(value) || !('version' in value) || !('createdAt' in value))
    return failed({ kind: 'foreign' });
  if (typeof value.version === 'number' && value.version > 1) {
    return failed({ kind: 'newer', version: value.version });
  }
  const parsed = (await loadParser())(value);
  return typeof parsed === 'string'
    ? failed({ kind: 'invalid', detail: parsed })
    : { ok: true, bundle: parsed };
}

/** What somebody unpacked already is taken as well. */
async function unpacked(file: Blob): Promise<string | BundleFault> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  const stream = packed ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for (const reader = stream.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (length > bundleMaxBytes) {
        await reader.cancel();
        return { kind: 'too-large' };
      }
      chunks.push(value);
    }
    const bytes = await new Blob(chunks).arrayBuffer();
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { kind: packed ? 'damaged' : 'foreign' };
  }
}

function failed(fault: BundleFault): ReadBundle {
  return { ok: false, fault };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
