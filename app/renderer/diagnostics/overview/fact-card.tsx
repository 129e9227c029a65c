// A card of facts: names on one side, values on the other. A fact that is not known is left out.
import type { ReactElement, ReactNode } from 'react';

export type Fact = readonly [name: string, value: ReactNode];

export function FactCard({
  title,
  facts,
  children,
}: {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly children?: ReactNode;
}): ReactElement {
  const known = facts.filter(([, value]) => value !== null && value !== '');
  return (
    <section className="card fact-card">
      <h2>{title}</h2>
      {known.length > 0 && (
        <dl className="facts">
          {known.map(([name, value]) => (
            <FactRow key={name} name={name} value={value} />
          ))}
        </dl>
      )}
      {children}
    </section>
  );
}

function FactRow({ name, value }: { readonly name: string; readonly value: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
