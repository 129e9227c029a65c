// Makes a log bundle, or tells what it would hold, from the parts that were found.
import {
  type LogBundle,
  type LogBundlePart,
  logBundlePartNames,
  type LogPreview,
} from '../../protocol/log-bundle.ts';
import { fitBundle } from './bundle-fit.ts';
import { previewBundle } from './bundle-preview.ts';
import { type FoundParts, type RedactionKnowledge, redactParts } from './redaction.ts';

export type Collected = {
  readonly found: FoundParts;
  /** Parts that could not be had, and why. */
  readonly leftOut: LogBundle['leftOut'];
  readonly knowledge: RedactionKnowledge;
};

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
  { found, leftOut, knowledge }: Collected,
  { redact, parts, createdAt, product, maxBytes }: BundleWish,
): LogBundle {
  const redaction = redactParts(found, knowledge, redact, parts);
  return fitBundle(
    {
      version: 1,
      createdAt,
      redacted: redact,
      product,
      ...redaction.summary,
      leftOut: leftOut.filter(({ part }) => parts.includes(part)),
      ...redaction.parts,
    },
    maxBytes,
  );
}

/** What a redacted bundle with every part would hold. */
export function previewOf({ found, leftOut, knowledge }: Collected): LogPreview {
  return previewBundle(redactParts(found, knowledge, true, logBundlePartNames), leftOut);
}
