// The state in one word, since when, and the sentence that says who sees what.
import type { ReactElement } from 'react';
import type { WindowState } from '../../../protocol/window.ts';
import type { WindowWords } from '../../shared/window-words.ts';
import { Sentence } from '../components/sentence.tsx';
import { Shield } from '../components/shield.tsx';
import { Subtitle } from './subtitle.tsx';

export function StatusHead({
  words,
  state,
}: {
  readonly words: WindowWords;
  readonly state: WindowState;
}): ReactElement {
  const isMismatch = state.status?.attention[0]?.kind === 'address-mismatch' && words.shield === 'attention';
  // A loss interrupts; everything else waits for its turn. Another role is another element, so that it is read once.
  const role = words.shield === 'error' || isMismatch ? 'alert' : 'status';
  return (
    <section className="hero">
      <Shield shield={words.shield} size={32} />
      <div>
        <h1>{words.title}</h1>
        <Subtitle state={state} />
      </div>
      <p key={role} className="sentence" role={role}>
        <Sentence text={words.sentence} />
      </p>
    </section>
  );
}
