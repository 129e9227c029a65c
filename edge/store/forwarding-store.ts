// What administrators changed of the traffic profiles.
import type { ForwardingChange } from '../core/forwarding-changes.ts';

export type ForwardingStore = {
  readonly changes: () => readonly (ForwardingChange & { readonly at: string })[];
  /** Replaces the change of the same kind and id. */
  readonly set: (change: ForwardingChange, at: string) => void;
};
