// What a table shows in place of rows: one sentence and one action.
import type { ReactElement } from 'react';

export function EmptyState({
  sentence,
  action,
}: {
  readonly sentence: string;
  readonly action: { readonly title: string; readonly run: () => void } | null;
}): ReactElement {
  return (
    <div className="empty">
      <p>{sentence}</p>
      {action !== null && (
        <button className="button" type="button" onClick={action.run}>
          {action.title}
        </button>
      )}
    </div>
  );
}
