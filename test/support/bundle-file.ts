// A log bundle's file as it was written, checked by the schema.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type LogBundle, parseLogBundle } from '../../protocol/log-bundle.ts';

/** @throws Error for what is no bundle */
export function readBundleFile(path: string): LogBundle {
  return parseLogBundle(JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')), path);
}
