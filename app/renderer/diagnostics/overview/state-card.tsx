// The state in one word and one sentence, with cause and remedy.
import type { ReactElement } from 'react';
import type { WindowState } from '../../../../protocol/window.ts';
import type { WindowWords } from '../../../shared/window-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import { Shield } from '../../components/shield.tsx';
import { remedyAction, saysWholeRemedy } from '../../status/remedy-action-model.ts';
import { RemedyButton } from '../../status/remedy-button.tsx';
import { useDiagnostics } from '../diagnostics-context.ts';

export function StateCard({
  words,
  state,
}: {
  readonly words: WindowWords;
  readonly state: WindowState;
}): ReactElement {
  const { bundle } = useDiagnostics();
  // What a bundle tells is long over: its remedies are words.
  const action = bundle === null ? remedyAction(state) : null;
  const remedy = action !== null && saysWholeRemedy(action) ? null : words.remedy;
  const why = [words.cause, remedy].filter((text) => text !== null).join(' ');
  return (
    <section className="card state-card">
      <Shield shield={words.shield} size={32} />
      <div className="grow">
        <h2>{words.title}</h2>
        <p>
          <Sentence text={words.sentence} />
        </p>
        {why !== '' && <p className="quiet">{why}</p>}
      </div>
      {action !== null && <RemedyButton action={action} look="primary" />}
    </section>
  );
}
