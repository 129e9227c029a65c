// Opens log bundles in place of the running agent.
import { useCallback, useEffect, useState } from 'react';
import type { LogBundle } from '../../../../protocol/log-bundle.ts';
import { bundleTransport } from '../../bundle-transport.ts';
import { loadBundleParser } from '../../parse-bundle.ts';
import { readBundle } from '../../read-bundle.ts';
import { useStrings, useTransport } from '../../window-context.tsx';
import { connectWindow, type WindowStore } from '../../window-store.ts';
import { shownBundleStrings } from './shown-bundle-strings.ts';

export type ShownBundle = { readonly bundle: LogBundle; readonly store: WindowStore };

export function useShownBundle(): {
  readonly shown: ShownBundle | null;
  /** Why the last file was not opened, in a sentence. */
  readonly fault: string | null;
  readonly forgetFault: () => void;
  readonly open: (file: File) => Promise<void>;
  readonly close: () => void;
} {
  const transport = useTransport();
  const strings = useStrings(shownBundleStrings);
  const [shown, setShown] = useState<ShownBundle | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const open = useCallback(
    async (file: File) => {
      const read = await readBundle(file, loadBundleParser);
      setFault(read.ok ? null : strings.fault(file.name, read.fault));
      if (!read.ok) return;
      const { bundle } = read;
      setShown({ bundle, store: await connectWindow(bundleTransport(transport, bundle, strings.refusals)) });
    },
    [transport, strings],
  );
  useEffect(() => () => shown?.store.close(), [shown]);
  const close = useCallback(() => setShown(null), []);
  const forgetFault = useCallback(() => setFault(null), []);
  return { shown, fault, forgetFault, open, close };
}
