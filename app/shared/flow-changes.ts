// Which records of two looks at the flows are new or different.
import type { FlowRecord } from '../../protocol/flow-record.ts';

/** The flows of a look, each as text, by their ids. */
export type FlowLook = ReadonlyMap<number, string>;

export const noFlows: FlowLook = new Map();

export function flowChanges(
  before: FlowLook,
  flows: readonly FlowRecord[],
): { readonly look: FlowLook; readonly changed: readonly FlowRecord[] } {
  const look = new Map(flows.map((flow) => [flow.id, JSON.stringify(flow)]));
  return { look, changed: flows.filter(({ id }) => look.get(id) !== before.get(id)) };
}
