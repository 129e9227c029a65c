// Everything that is known of one flow: who speaks to whom, which address is seen, why, and how much went.
import type { ReactElement } from 'react';
import { localeOf } from '../../../../protocol/words/forms.ts';
import { Icon } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { tableStrings } from '../../components/table-strings.ts';
import { useLanguage, useStrings, useTransport } from '../../window-context.tsx';
import { rememberQuestion } from '../forwarding-profile/policy-question.ts';
import { useNotLive } from '../shown-bundle/use-not-live.ts';
import { FlowFacts } from './flow-facts-list.tsx';
import { FlowRoute } from './flow-route.tsx';
import { seenAddresses } from './flow-facts.ts';
import type { ShownFlow } from './flow-store.ts';
import { trafficStrings } from './traffic-strings.ts';

export function FlowDetails({
  shown,
  close,
  copy,
}: {
  readonly shown: ShownFlow;
  readonly close: () => void;
  readonly copy: () => void;
}): ReactElement {
  const strings = useStrings(trafficStrings);
  const table = useStrings(tableStrings);
  const language = useLanguage();
  const transport = useTransport();
  const notLive = useNotLive();
  const { flow, seen } = shown;
  const addresses = seenAddresses(shown);
  const list = new Intl.ListFormat(localeOf[language], { type: 'disjunction' });
  const test = (): void => {
    rememberQuestion(flow.destination);
    void transport.call('window.open', { view: 'diagnostics', tab: 'forwarding-profile' });
  };
  return (
    <Panel title={flow.destination} close={close} focus>
      {seen !== null && addresses.length > 0 && (
        <p>
          {seen.whose === 'edge' ? strings.willSeeEdge(seen.label) : strings.willSeeOwn(seen.label)}
          <strong className="address">{list.format(addresses)}</strong>.
        </p>
      )}
      <FlowRoute shown={shown} />
      <FlowFacts shown={shown} />
      <div className="toolbar">
        <button className="button" type="button" onClick={copy}>
          <Icon name="ui-copy" />
          {table.copy}
        </button>
        <button
          className="button"
          type="button"
          disabled={notLive !== null}
          title={notLive ?? undefined}
          onClick={test}
        >
          {strings.test}
        </button>
      </div>
    </Panel>
  );
}
