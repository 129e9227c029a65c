// A sentence of the agent, with its addresses emphasised. It is text and never markup.
import type { ReactElement } from 'react';
import { sentenceParts } from '../../shared/sentence-parts.ts';

export function Sentence({ text }: { readonly text: string }): ReactElement {
  const parts = sentenceParts(text).map((part, place) => ({ ...part, place }));
  return (
    <>
      {parts.map(({ text: piece, isAddress, place }) =>
        isAddress ? (
          <strong key={place} className="address">
            {piece}
          </strong>
        ) : (
          piece
        ),
      )}
    </>
  );
}
