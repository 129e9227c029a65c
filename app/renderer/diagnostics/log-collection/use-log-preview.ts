// What a log bundle would hold, and how saving one went.
import { useCallback, useEffect, useState } from 'react';
import type { LogBundlePart, LogPreview } from '../../../../protocol/log-bundle.ts';
import { createQuestions } from '../../newest-question.ts';
import { useTransport, useWindowState } from '../../window-context.tsx';

export type SavedBundle = { readonly path: string; readonly bytes: number };

export function useLogPreview(): {
  readonly preview: LogPreview | null;
  readonly fault: string | null;
  readonly saving: boolean;
  readonly saved: SavedBundle | null;
  readonly look: () => void;
  readonly save: (redact: boolean, parts: readonly LogBundlePart[]) => void;
  readonly showFolder: () => void;
} {
  const transport = useTransport();
  const { link } = useWindowState();
  const [preview, setPreview] = useState<LogPreview | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState<SavedBundle | null>(null);

  const [begin] = useState(createQuestions);
  const look = useCallback(async () => {
    const isNewest = begin();
    const answer = await transport.call('logs.preview', {});
    if (!isNewest()) return;
    setFault(answer.ok ? null : answer.fault.message);
    if (answer.ok) setPreview(answer.result);
  }, [transport, begin]);
  // Again when an agent comes or goes: it makes most of a bundle.
  useEffect(() => void look(), [look, link.kind]);

  const save = useCallback(
    async (redact: boolean, parts: readonly LogBundlePart[]) => {
      setSaving(true);
      setSaved(null);
      const answer = await transport.call('bundle.save', { redact, parts: [...parts] });
      setSaving(false);
      setFault(answer.ok ? null : answer.fault.message);
      if (answer.ok && answer.result.kind === 'saved') setSaved(answer.result);
    },
    [transport],
  );
  const showFolder = useCallback(async () => {
    const answer = await transport.call('bundle.show', {});
    if (!answer.ok) setFault(answer.fault.message);
  }, [transport]);
  return {
    ...{ preview, fault, saving, saved },
    look: useCallback(() => void look(), [look]),
    save: useCallback((redact, parts) => void save(redact, parts), [save]),
    showFolder: useCallback(() => void showFolder(), [showFolder]),
  };
}
