// The Chromium page behind a window: its worlds, its frames, its size and what is called across.
import { readFileSync } from 'node:fs';
import type { DevtoolsSession } from './devtools.ts';
import { ignoreClosedPage } from './chromium.ts';
import { createBridge, createCodec, createPreloadModule } from './page-runtime.ts';

const world = 'electron-preload';
const binding = 'electronDoublePost';

export type Frame = { url: string; readonly parentId: string | undefined };

export type WindowPage = {
  readonly devtools: DevtoolsSession;
  readonly targetId: string;
  readonly mainFrameId: string;
  readonly frames: ReadonlyMap<string, Frame>;
  /** Text for the preload script; kept until there is one where none runs yet. */
  readonly post: (text: string, contextId?: number) => void;
  readonly resize: (width: number, height: number) => void;
  readonly setDark: (dark: boolean) => void;
};

export type PageOptions = {
  readonly targetId: string;
  readonly devtools: DevtoolsSession;
  readonly preload: string | undefined;
  /** What the program adds to the arguments of the page's process. */
  readonly additionalArguments: readonly string[];
  readonly onMessage: (text: string, frameId: string, contextId: number) => void;
};

/** Prepares a page that waits to be: from here on it runs the preload script in every document it loads. */
export async function prepareWindowPage({
  targetId,
  devtools,
  preload,
  additionalArguments,
  onMessage,
}: PageOptions): Promise<WindowPage> {
  const frames = new Map<string, Frame>();
  const contexts = new Map<number, string>();
  const unsent: string[] = [];
  let current: number | undefined;

  devtools.on('Page.frameNavigated', ({ frame: { id, url, urlFragment = '', parentId } }) => {
    frames.set(id, { url: url + urlFragment, parentId });
  });
  devtools.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
    const frame = frames.get(frameId);
    if (frame !== undefined) frame.url = url;
  });
  devtools.on('Page.frameDetached', ({ frameId }) => frames.delete(frameId));
  await devtools.send('Page.enable');
  const { frameTree } = await devtools.send('Page.getFrameTree');
  const mainFrameId = frameTree.frame.id;
  frames.set(mainFrameId, { url: frameTree.frame.url, parentId: undefined });

  const post: WindowPage['post'] = (text, contextId = current) => {
    if (contextId === undefined) {
      unsent.push(text);
      return;
    }
    const expression = `electronDoubleDispatch(${JSON.stringify(text)})`;
    devtools.send('Runtime.evaluate', { contextId, expression }).catch(ignoreClosedPage);
  };
  devtools.on('Runtime.executionContextCreated', ({ context: { id, name, auxData } }) => {
    if (name !== world) return;
    const { frameId } = auxData as { frameId: string };
    contexts.set(id, frameId);
    if (frameId === mainFrameId) current = id;
  });
  devtools.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
    contexts.delete(executionContextId);
    if (current === executionContextId) current = undefined;
  });
  devtools.on('Runtime.executionContextsCleared', () => {
    contexts.clear();
    current = undefined;
  });
  devtools.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    if (name !== binding) return;
    if (payload === 'started') {
      for (const text of unsent.splice(0)) post(text, executionContextId);
      return;
    }
    onMessage(payload, contexts.get(executionContextId) ?? mainFrameId, executionContextId);
  });
  await devtools.send('Runtime.enable');
  await installWorlds(devtools, preload, additionalArguments);
  return {
    devtools,
    targetId,
    mainFrameId,
    frames,
    post,
    resize(width, height) {
      const metrics = { width, height, deviceScaleFactor: 0, mobile: false };
      devtools.send('Emulation.setDeviceMetricsOverride', metrics).catch(ignoreClosedPage);
    },
    setDark(dark) {
      const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
      devtools.send('Emulation.setEmulatedMedia', { features }).catch(ignoreClosedPage);
    },
  };
}

async function installWorlds(
  devtools: DevtoolsSession,
  preload: string | undefined,
  additionalArguments: readonly string[],
): Promise<void> {
  const codec = `const codec = (${createCodec.toString()})();`;
  const bridge = `(${createBridge.toString()})`;
  await devtools.send('Page.addScriptToEvaluateOnNewDocument', {
    source: `{${codec}${bridge}('page', 'preload', codec);}`,
  });
  if (preload === undefined) return;
  await devtools.send('Runtime.addBinding', { name: binding, executionContextName: world });
  await devtools.send('Page.addScriptToEvaluateOnNewDocument', {
    worldName: world,
    source: preloadSource(codec, bridge, readFileSync(preload, 'utf8'), additionalArguments),
  });
}

/** A sandboxed preload script: a CommonJS module that can ask for `electron` and nothing else, in the main frame only. */
function preloadSource(
  codec: string,
  bridge: string,
  script: string,
  additionalArguments: readonly string[],
): string {
  const argv = JSON.stringify(['electron', '--type=renderer', ...additionalArguments]);
  return `(() => {
if (location.href === 'about:blank' || window !== window.top) return;
${codec}
const post = globalThis.${binding};
const { dispatch, electron } = (${createPreloadModule.toString()})(codec, ${bridge}('preload', 'page', codec), post);
globalThis.electronDoubleDispatch = dispatch;
const require = (name) => {
  if (name === 'electron' || name === 'electron/renderer') return electron;
  throw new Error('module not found: ' + name);
};
const module = { exports: {} };
try {
  (function (require, module, exports, process) {${script}
}).call(undefined, require, module, module.exports, { platform: ${JSON.stringify(process.platform)}, type: 'renderer', argv: ${argv}, sandboxed: true, contextIsolated: true });
} catch (error) {
  post(JSON.stringify({ t: 'preload-error', error: codec.encode(error) }));
  console.error(error);
}
post('started');
})();`;
}
