// What a page says that is not let in, or no more: why, and how to get the windows back.
import type { ReactElement } from 'react';
import { chooseLanguage } from '../../../protocol/language.ts';
import { Shield } from '../components/shield.tsx';
import { sessionEndedStrings } from './session-ended-strings.ts';
import './session-ended.css';

export function SessionEnded({ page }: { readonly page: Window }): ReactElement {
  const words = sessionEndedStrings[chooseLanguage(page.navigator.languages)];
  return (
    <main className="session-ended">
      <section className="hero">
        <Shield shield="off" size={32} />
        <div>
          <h1>{words.title}</h1>
        </div>
        <p className="sentence" role="alert">
          {words.sentence}
        </p>
      </section>
      <p>{words.remedy}</p>
      <pre>
        <code>opengsa ui</code>
      </pre>
      <button type="button" className="button" onClick={() => page.location.reload()}>
        {words.again}
      </button>
    </main>
  );
}
