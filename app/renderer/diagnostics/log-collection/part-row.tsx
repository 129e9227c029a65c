// One part of a bundle: what it holds, how much, what is hidden of it, and the beginning of some entries.
import type { ReactElement } from 'react';
import type { LogPreview } from '../../../../protocol/log-bundle.ts';
import { byteText } from '../../../shared/byte-text.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { hiddenWords } from './hidden-words.ts';
import { logCollectionStrings } from './log-collection-strings.ts';

export function PartRow({
  part: { name, entries, bytes, hidden, removedSecrets, samples },
  chosen,
  redacted,
  toggle,
}: {
  readonly part: LogPreview['parts'][number];
  readonly chosen: boolean;
  readonly redacted: boolean;
  readonly toggle: () => void;
}): ReactElement {
  const strings = useStrings(logCollectionStrings);
  const language = useLanguage();
  const { title, contains } = strings.parts[name];
  const list = hiddenWords(hidden, strings);
  const notes = [
    contains,
    ...(list === '' ? [] : [redacted ? strings.hides(list) : strings.holdsInClear(list)]),
    ...(removedSecrets === 0 ? [] : [strings.secretsCut(removedSecrets)]),
  ];
  return (
    <li className="part">
      <label className="part-choice">
        <input type="checkbox" checked={chosen} onChange={toggle} />
        <span className="grow">
          {title}
          <span className="caption block">{notes.join(' ')}</span>
        </span>
        <span className="caption amount">
          {strings.entries(entries)}
          <span className="block">{byteText(bytes, language)}</span>
        </span>
      </label>
      {samples.length > 0 && (
        <details className="samples">
          <summary className="caption">
            {strings.samples}
            <span className="visually-hidden">: {title}</span>
          </summary>
          <pre>{samples.join('\n')}</pre>
        </details>
      )}
    </li>
  );
}
