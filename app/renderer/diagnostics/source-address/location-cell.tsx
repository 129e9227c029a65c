// Where the addresses of a destination lie among the organisation's named locations.
import type { ReactElement } from 'react';
import type { SeenAs } from '../../../../protocol/seen-as.ts';
import { verdictWords } from '../../../../protocol/words/seen-as.ts';
import { sentenceCase } from '../../../shared/sentence-case.ts';
import { Icon } from '../../components/icon.tsx';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

/** What is outside is named first: that is what a rule of the organisation may turn on. */
export function LocationCell({ one }: { readonly one: SeenAs }): ReactElement | null {
  const strings = useStrings(sourceAddressStrings);
  const language = useLanguage();
  const { ipv4, ipv6 } = one.addresses;
  const judged = [
    { family: 'IPv4', ...ipv4 },
    { family: 'IPv6', ...ipv6 },
  ].filter(({ state }) => state === 'known');
  const outside = judged.filter(({ verdict }) => verdict?.kind === 'outside');
  const [shown = judged[0]] = outside;
  if (shown === undefined || shown.verdict === null) return null;
  const words = verdictWords(shown.verdict, language);
  const text =
    judged.length > outside.length && outside.length > 0
      ? strings.locationOf(shown.family, words)
      : sentenceCase(words);
  return (
    <span className="cell" title={text}>
      {shown.verdict.kind === 'inside' && <Icon name="ui-check" className="tick" />}
      {shown.verdict.kind === 'outside' && <Icon name="status-warn" className="status-icon warn" />}
      <span className={shown.verdict.kind === 'not-judged' ? 'quiet' : undefined}>{text}</span>
    </span>
  );
}
