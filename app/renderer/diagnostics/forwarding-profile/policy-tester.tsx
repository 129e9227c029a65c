// What would become of a flow to a destination, and why: asked of the agent, which sends nothing for it.
import { type ReactElement, useEffect, useState } from 'react';
import type { PolicyAnswer } from '../../../../protocol/policy-test.ts';
import { Icon } from '../../components/icon.tsx';
import { usePredictionKey } from '../../use-prediction-key.ts';
import { useStrings, useTransport } from '../../window-context.tsx';
import { useNotLive } from '../shown-bundle/use-not-live.ts';
import { forwardingStrings } from './forwarding-strings.ts';
import { PolicyVerdict } from './policy-verdict.tsx';

type Outcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'answer'; readonly answer: PolicyAnswer }
  | { readonly kind: 'fault'; readonly message: string };

export function PolicyTester({
  asked,
}: {
  /** A destination that was asked for elsewhere; a new object asks again. */
  readonly asked: { readonly destination: string } | null;
}): ReactElement {
  const { tester } = useStrings(forwardingStrings);
  const transport = useTransport();
  const notLive = useNotLive();
  const [text, setText] = useState(asked?.destination ?? '');
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' });
  const [question, setQuestion] = useState(asked);
  const [lastAsked, setLastAsked] = useState(asked);
  if (asked !== lastAsked) {
    setLastAsked(asked);
    setQuestion(asked);
    setText(asked?.destination ?? '');
  }
  // An answer names addresses, which hold until the network or the rules change.
  const key = usePredictionKey();
  useEffect(() => {
    if (question === null || notLive !== null) return;
    let current = true;
    void transport.call('policy.test', question).then((answer) => {
      if (!current) return;
      if (answer.ok) setOutcome({ kind: 'answer', answer: answer.result });
      else setOutcome({ kind: 'fault', message: answer.fault.message });
    });
    return () => {
      current = false;
    };
  }, [question, transport, notLive, key]);
  return (
    <section className="card tester" aria-label={tester.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const destination = text.trim();
          setQuestion(destination === '' ? null : { destination });
          if (destination === '') setOutcome({ kind: 'fault', message: tester.empty });
        }}
      >
        <div className="field">
          <label htmlFor="destination">{tester.title}</label>
          <div className="ask">
            <input
              className="input"
              id="destination"
              type="text"
              value={text}
              maxLength={300}
              disabled={notLive !== null}
              placeholder="login.microsoftonline.com:443/tcp"
              spellCheck={false}
              autoComplete="off"
              aria-describedby={outcome.kind === 'fault' ? 'destination-fault' : 'destination-hint'}
              aria-invalid={outcome.kind === 'fault'}
              onChange={({ target }) => setText(target.value)}
            />
            <button className="button primary" type="submit" disabled={notLive !== null}>
              {tester.test}
            </button>
          </div>
        </div>
        <p className="caption" id="destination-hint">
          {notLive ?? tester.hint}
        </p>
      </form>
      <div className="answer" role="status">
        {outcome.kind === 'none' && <p className="quiet">{tester.none}</p>}
        {outcome.kind === 'fault' && (
          <>
            <Icon name="status-fail" className="status-icon fail" />
            <p id="destination-fault">{outcome.message}</p>
          </>
        )}
        {outcome.kind === 'answer' && <PolicyVerdict answer={outcome.answer} />}
      </div>
    </section>
  );
}
