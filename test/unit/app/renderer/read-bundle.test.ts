import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { makeBundle } from '../../../../agent/core/log-bundle.ts';
import { loadBundleParser } from '../../../../app/renderer/parse-bundle.ts';
import { bundleMaxBytes, readBundle } from '../../../../app/renderer/read-bundle.ts';
import { logBundleMaxBytes, logBundlePartNames } from '../../../../protocol/log-bundle.ts';
import { exampleKnowledge, exampleParts } from '../../../support/example-bundle.ts';

const bundle = makeBundle(
  { found: exampleParts(), leftOut: [], knowledge: exampleKnowledge() },
  {
    ...{
      redact: true,
      parts: logBundlePartNames,
      maxBytes: 1_000_000,
      createdAt: '2026-11-27T20:41:00.000Z',
    },
    product: { version: '1', node: 'v24', platform: 'linux' },
  },
);
const text = JSON.stringify(bundle);
const read = (bytes: Uint8Array<ArrayBuffer> | string) => readBundle(new Blob([bytes]), loadBundleParser);

test('a bundle is read packed, and unpacked as well', async () => {
  const expected = { ok: true, bundle: JSON.parse(text) as unknown };
  expect(await read(new Uint8Array(gzipSync(text)))).toEqual(expected);
  expect(await read(text)).toEqual(expected);
});

test.each([
  ['cut off', new Uint8Array(gzipSync(text)).slice(0, 100), { kind: 'damaged' }],
  ['no JSON', new Uint8Array([0x89, 0x50]), { kind: 'foreign' }],
  ['empty', '', { kind: 'foreign' }],
  ['other JSON', '[]', { kind: 'foreign' }],
  ['of a later version', '{"version":3,"createdAt":""}', { kind: 'newer', version: 3 }],
  ['larger than any', new Uint8Array(gzipSync(Buffer.alloc(bundleMaxBytes + 1))), { kind: 'too-large' }],
])('a file that is %s is refused', async (_, bytes, fault) => {
  expect(await read(bytes)).toEqual({ ok: false, fault });
});

test('a wrong field is named', async () => {
  const wrong = await read(text.replace('"redacted":true', '"redacted":"yes"'));
  expect(wrong).toMatchObject({ ok: false, fault: { kind: 'invalid' } });
  expect(JSON.stringify(wrong)).toContain('bundle: redacted:');
});

test('its limit is that of the schema', () => {
  expect(bundleMaxBytes).toBe(logBundleMaxBytes);
});
