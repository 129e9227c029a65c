// Makes a log bundle, or tells what it would hold, from the parts that were found.
import {
  type LogBundle,
  type LogBundlePart,
  logBundlePartNames,
  type LogPreview,
} from '../../protocol/log-bundle.ts';
import { fitBundle } from './bundle-fit.ts';
import { previewBundle } from './bundle-preview.ts';
import { type Collected, redactParts } from './redaction.ts';

export type BundleWish = {
  readonly redact: boolean;
  readonly parts: readonly LogBundlePart[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly product: LogBundle['product'];
  /** Of the bundle as JSON text. */
  readonly maxBytes: number;
};

/** The bundle, with the oldest entries left out where it would be too large. */
export function makeBundle(
  collected: Collected,
  { redact, parts, createdAt, product, maxBytes }: BundleWish,
): LogBundle {
  const { summary, leftOut, parts: redacted } = redactParts(collected, redact, parts);
  return fitBundle(
    { version: 1, createdAt, redacted: redact, product, ...summary, leftOut, ...redacted },
    maxBytes,
  );
}

/** What a redacted bundle with every part would hold. */
export function previewOf(collected: Collected): LogPreview {
  return previewBundle(redactParts(collected, true, logBundlePartNames));
}
