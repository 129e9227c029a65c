// What a destination will see, as far as a sentence says it. The catalogues have words for each kind.

export type Sight =
  | { readonly kind: 'blocked' }
  /** Reached directly. */
  | { readonly kind: 'own'; readonly addresses: readonly string[] }
  /** The edge states it. */
  | { readonly kind: 'passed-on'; readonly addresses: readonly string[] }
  | { readonly kind: 'being-checked' }
  | { readonly kind: 'not-proven' }
  | { readonly kind: 'edge'; readonly addresses: readonly string[] }
  | { readonly kind: 'foreign-edge' }
  /** The edge has a view and has not told it yet. */
  | { readonly kind: 'not-told' }
  | { readonly kind: 'unknown' };
