// What a page in the browser may ask for: the desk's calls within the browser's rights, and what is this shell's own.
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';
import { shellCalls } from '../../protocol/window.ts';
import { linkAddress } from '../../protocol/window-links.ts';
import { refusedInBrowser } from '../core/browser-rights.ts';
import { bundleFileName, packBundle } from '../log-bundle-file.ts';
import { packageVersion } from '../product.ts';
import type { WindowDesk } from '../window-desk.ts';
import type { SettingsStore } from './window-settings.ts';

export type BrowserCallsSetup = {
  readonly desk: WindowDesk;
  readonly settings: SettingsStore;
  readonly settingsChanged: () => void;
};

/**
 * Does one call. What a page does by itself (files, clipboard, other views) is none.
 *
 * @throws OpenGsaError `access-denied` for what is kept from browsers, `bad-message`, and what the desk's calls throw
 */
export async function answerBrowserCall(
  call: string,
  params: unknown,
  { desk, settings, settingsChanged }: BrowserCallsSetup,
): Promise<unknown> {
  const refusal = refusedInBrowser(call, params);
  if (refusal !== null) throw new OpenGsaError('access-denied', refusal);
  if (desk.isDeskCall(call)) return desk.call(call, params);
  switch (call) {
    case 'state.get':
      return desk.state();
    case 'settings.get':
      return settings.get();
    case 'settings.set': {
      const changed = await settings.set(params);
      settingsChanged();
      return changed;
    }
    case 'link.open': {
      const { link } = parse(shellCalls['link.open'].params, params, call);
      return { address: linkAddress(link, desk.state()) };
    }
    case 'bundle.save': {
      const bundle = await desk.collectLogs(params, packageVersion());
      const { packed } = await packBundle(bundle);
      return { name: bundleFileName(new Date(bundle.createdAt)), base64: packed.toString('base64') };
    }
    default:
      throw new OpenGsaError('bad-message', `no window asks a browser's server for ${call}`);
  }
}
