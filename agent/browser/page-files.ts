// The built windows as the browser gets them: read once, so that no request can name a file.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { OpenGsaError } from '../../protocol/error.ts';
import { pageMediaTypes } from '../../protocol/page-policy.ts';

export type PageFile = {
  readonly mediaType: string;
  readonly gzipped: Buffer;
  readonly plain: Buffer;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
};

/** By path, `/` for the page itself. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Beside the sources, in a checkout as in an installation. */
export const builtPage = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

/** @throws OpenGsaError `not-found` where the windows are not built */
export async function readPageFiles(folder: string): Promise<PageFiles> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw notBuilt(folder, cause);
  });
  const files = new Map<string, PageFile>();
  for (const name of names.map((found) => found.replaceAll('\\', '/'))) {
    const mediaType = pageMediaTypes[extname(name)];
    if (mediaType === undefined) continue;
    const plain = await readFile(join(folder, name));
    const file = {
      ...{ mediaType, plain, gzipped: await promisify(gzip)(plain, { level: 9 }) },
      isHashed: name.startsWith('assets/'),
    };
    files.set(name === 'index.html' ? '/' : `/${name}`, file);
  }
  if (!files.has('/')) throw notBuilt(folder);
  return files;
}

function notBuilt(folder: string, cause?: unknown): OpenGsaError {
  return new OpenGsaError(
    'not-found',
    `the windows are not built (${folder}): in a checkout, run npm run build`,
    {
      cause,
    },
  );
}
