// Opens an address of somebody else's in the person's browser, without a command line that every account may read.
import { makeDirectory } from '../make-directory.ts';
import { runtimeDirectory } from '../paths.ts';
import { type LaunchFile, openerFor, openFile, writeLaunchFile } from './launch.ts';

/**
 * @returns the page that leads there, to be removed when the browser has read it; null where nothing could show one
 */
export async function openAddress(
  address: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<LaunchFile | null> {
  const opener = openerFor(process.platform, environment);
  if (opener === null) return null;
  const directory = runtimeDirectory(environment);
  await makeDirectory(directory);
  const file = await writeLaunchFile(directory, inHtml(address));
  if (await openFile(opener, file.path, environment)) return file;
  await file.remove();
  return null;
}

/** Whatever is in the address means nothing in a page. */
function inHtml(address: string): string {
  return new URL(address).href
    .replaceAll('&', '&amp;')
    .replaceAll('"', '%22')
    .replaceAll("'", '%27')
    .replaceAll('<', '%3C')
    .replaceAll('>', '%3E');
}
