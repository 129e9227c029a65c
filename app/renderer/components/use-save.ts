// Saving and copying, with the sentence that says what came of it.
import { useCallback, useState } from 'react';
import type { WindowCallParams } from '../../../protocol/window.ts';
import { useStrings, useTransport } from '../window-context.tsx';
import { tableStrings } from './table-strings.ts';

export type SaveFile = (file: WindowCallParams<'file.save'>) => Promise<void>;

/** `outcome` is for a live region; null until something was saved or copied. */
export function useSave(): {
  readonly outcome: string | null;
  readonly save: SaveFile;
  readonly copyText: (text: string) => Promise<void>;
} {
  const transport = useTransport();
  const strings = useStrings(tableStrings);
  const [outcome, setOutcome] = useState<string | null>(null);
  const save = useCallback<SaveFile>(
    async (file) => {
      const answer = await transport.call('file.save', file);
      if (!answer.ok) setOutcome(answer.fault.message);
      else setOutcome(answer.result.kind === 'saved' ? strings.saved(answer.result.path) : null);
    },
    [transport, strings],
  );
  const copyText = useCallback(
    async (text: string) => {
      const answer = await transport.call('text.copy', { text });
      setOutcome(answer.ok ? strings.copied : answer.fault.message);
    },
    [transport, strings],
  );
  return { outcome, save, copyText };
}
