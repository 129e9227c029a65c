// The status window: who sees which address, and the switches that a person has.
import type { ReactElement } from 'react';
import { windowWords } from '../../shared/window-words.ts';
import { Shield } from '../components/shield.tsx';
import { useTimeOfDay } from '../time-of-day.ts';
import { useLanguage, useWindowState } from '../window-context.tsx';

export function StatusView(): ReactElement {
  const words = windowWords(useWindowState(), useLanguage(), useTimeOfDay());
  return (
    <div className="status-window">
      <main>
        <section className="hero">
          <Shield shield={words.shield} size={32} />
          <div>
            <h1>{words.title}</h1>
          </div>
          <p className="sentence" role="status">
            {words.sentence}
          </p>
        </section>
      </main>
    </div>
  );
}
