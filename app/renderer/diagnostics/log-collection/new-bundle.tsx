// What a bundle would hold, part by part, the choice of parts and redaction, and saving it.
import { type ReactElement, useState } from 'react';
import type { LogBundlePart } from '../../../../protocol/log-bundle.ts';
import { bundleChoice } from '../../../shared/bundle-choice.ts';
import { byteText } from '../../../shared/byte-text.ts';
import { FaultMessage } from '../../components/fault-message.tsx';
import { WaitingButton } from '../../components/waiting-button.tsx';
import { useLanguage, useStrings, useTransport } from '../../window-context.tsx';
import { hiddenWords } from './hidden-words.ts';
import { logCollectionStrings } from './log-collection-strings.ts';
import { PartRow } from './part-row.tsx';
import { RedactChoice } from './redact-choice.tsx';
import { SavedMessage } from './saved-message.tsx';
import { useLogPreview } from './use-log-preview.ts';

export function NewBundle(): ReactElement {
  const strings = useStrings(logCollectionStrings);
  const language = useLanguage();
  const { shell } = useTransport();
  const { preview, fault, saving, saved, look, save, showFolder } = useLogPreview();
  const [without, setWithout] = useState<ReadonlySet<LogBundlePart>>(new Set());
  const [redact, setRedact] = useState(true);
  if (preview === null) {
    return fault === null ? (
      <p className="quiet" role="status">
        {strings.collecting}
      </p>
    ) : (
      <>
        <FaultMessage text={fault} />
        <div className="toolbar">
          <button className="button" type="button" onClick={look}>
            {strings.refresh}
          </button>
        </div>
      </>
    );
  }
  const choice = bundleChoice(preview, without);
  const toggle = (part: LogBundlePart): void => {
    const rest = [...without].filter((other) => other !== part);
    setWithout(new Set(without.has(part) ? rest : [...rest, part]));
  };
  return (
    <>
      {fault !== null && <FaultMessage text={fault} />}
      {saved !== null && (
        <SavedMessage saved={saved} showFolder={shell.kind === 'desktop' ? showFolder : null} />
      )}
      {/* A browser's download can be read by whatever reads that folder: it is redacted always. */}
      {shell.kind === 'desktop' && (
        <RedactChoice redact={redact} change={setRedact} inside={hiddenWords(choice.personal, strings)} />
      )}
      <section>
        <div className="section-head">
          <h2>{strings.preview}</h2>
          <button className="link-button" type="button" onClick={look}>
            {strings.refresh}
          </button>
        </div>
        <ul className="card parts">
          {preview.parts.map((part) => (
            <PartRow
              key={part.name}
              part={part}
              chosen={!without.has(part.name)}
              redacted={redact}
              toggle={() => toggle(part.name)}
            />
          ))}
        </ul>
        {preview.leftOut.map(({ part, reason }) => (
          <p className="caption" key={part}>
            {strings.leftOut(strings.parts[part].title, reason)}
          </p>
        ))}
      </section>
      <div className="toolbar">
        {choice.parts.length === 0 ? (
          <button className="button primary" type="button" disabled>
            {strings.save}
          </button>
        ) : (
          <WaitingButton look="primary" waiting={saving} press={() => save(redact, choice.parts)}>
            {saving ? strings.saving : strings.save}
          </WaitingButton>
        )}
        <span className="caption">
          {strings.chosen(choice.parts.length, byteText(choice.bytes, language))}
        </span>
      </div>
    </>
  );
}
