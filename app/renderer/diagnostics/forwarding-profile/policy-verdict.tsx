// The policy tester's answer: one sentence, and everything that was looked at on the way to it.
import type { ReactElement } from 'react';
import type { PolicyAnswer } from '../../../../protocol/policy-test.ts';
import { oneOf } from '../../../../protocol/words/forms.ts';
import { reasonWords } from '../../../../protocol/words/seen-as.ts';
import { Icon } from '../../components/icon.tsx';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { forwardingStrings } from './forwarding-strings.ts';
import { PolicyStepLine } from './policy-step-line.tsx';

const icons = { tunnel: 'ui-tunnel', direct: 'ui-bypass', block: 'ui-block' } as const;

export function PolicyVerdict({ answer }: { readonly answer: PolicyAnswer }): ReactElement {
  const { tester } = useStrings(forwardingStrings);
  const { action, looked, seenAs } = answer;
  const name = tester.actions[action];
  const className = seenAs?.class ?? null;
  return (
    <>
      <Icon name={icons[action]} />
      <div>
        <p>
          <strong>{className === null ? `${name}.` : tester.withClass(name, className)}</strong>{' '}
          <Seen answer={answer} /> <Why answer={answer} />
          {action === 'tunnel' && tester.tunnelDown[answer.tunnelDown.action]}
          {answer.note !== null && ` ${tester.byProgram}`}
        </p>
        <ol className="reasons" aria-label={tester.looked}>
          {looked.map((step) => (
            <PolicyStepLine
              key={JSON.stringify(step)}
              step={step}
              decidedBy={answer.ruleId}
              reason={answer.reason}
            />
          ))}
        </ol>
      </div>
    </>
  );
}

/** Which address it will see, where that is known. */
function Seen({ answer: { seenAs } }: { readonly answer: PolicyAnswer }): ReactElement | null {
  const { tester } = useStrings(forwardingStrings);
  const language = useLanguage();
  if (seenAs === null || seenAs.path === 'blocked') return null;
  const { ipv4, ipv6 } = seenAs.addresses;
  const addresses = [ipv4.address, ipv6.address].filter((address) => address !== null);
  if (addresses.length === 0) return null;
  return (
    <>
      {seenAs.whose === 'edge' ? tester.seesEdge(seenAs.label) : tester.seesOwn(seenAs.label)}
      <span className="address">{oneOf(addresses, language)}</span>.
    </>
  );
}

/** What the rule alone does not say. */
function Why({ answer: { reason } }: { readonly answer: PolicyAnswer }): string {
  const { tester } = useStrings(forwardingStrings);
  const language = useLanguage();
  if (reason === 'rule-forward') return '';
  return `${reason === 'udp-not-carried' ? tester.udp : reasonWords({ reason }, language)} `;
}
