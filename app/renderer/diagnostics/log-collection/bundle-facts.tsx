// What a shown bundle is: who made it, what it holds, what is hidden in it, and what is missing.
import type { ReactElement } from 'react';
import type { LogBundle, LogBundlePart } from '../../../../protocol/log-bundle.ts';
import { useStrings } from '../../window-context.tsx';
import { hiddenWords } from './hidden-words.ts';
import { logCollectionStrings } from './log-collection-strings.ts';

export function BundleFacts({ bundle }: { readonly bundle: LogBundle }): ReactElement {
  const strings = useStrings(logCollectionStrings);
  const { product, hidden, removedSecrets, leftOut } = bundle;
  const names = Object.keys(strings.parts) as LogBundlePart[];
  const held = names.filter((part) => bundle[part] !== undefined).map((part) => strings.parts[part].title);
  return (
    <section className="card bundle-facts">
      <dl className="facts">
        <dt>{strings.bundle.product}</dt>
        <dd>
          OpenGSA {product.version}, Node {product.node}, {product.platform}
        </dd>
        <dt>{strings.bundle.holds}</dt>
        <dd>{held.join(', ')}</dd>
        <dt>{strings.bundle.hidden}</dt>
        <dd>{hidden.length === 0 ? strings.bundle.nothingHidden : hiddenWords(hidden, strings)}</dd>
        <dt>{strings.bundle.secrets}</dt>
        <dd>{removedSecrets}</dd>
      </dl>
      {leftOut.map(({ part, reason }) => (
        <p className="caption" key={part}>
          {strings.leftOut(strings.parts[part].title, reason)}
        </p>
      ))}
    </section>
  );
}
