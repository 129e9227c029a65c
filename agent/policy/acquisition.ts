// Whether programs that connect to a name are to be taken to the agent: asked when they look the name up.
import type { FlowDecision } from '../core/flow.ts';
import { type DecisionContext, decide } from './decision.ts';

/**
 * The decision for the first flow to `name` that may need the agent, or null where none does. A program keeps the address
 * that it was told for a while, so a way that is direct only until an edge answers counts as one that is not; so does one
 * that is direct for some programs.
 *
 * @param name canonical, from `parseHost`
 * @param ports the TCP ports that are captured at names
 */
export function acquisitionOf(
  name: string,
  ports: readonly number[],
  context: DecisionContext,
): FlowDecision | null {
  const host = { kind: 'name', name } as const;
  for (const port of ports) {
    const decision = decide({ host, port }, 'tcp', context);
    if (mayNeedAgent(decision)) return decision;
  }
  return null;
}

/** Whether flows of this decision are the agent's matter: not those that go directly for good. */
export function mayNeedAgent({ action, reason, note }: FlowDecision): boolean {
  if (action !== 'direct' || note !== undefined) return true;
  return reason === 'hardening-bypass' || reason === 'microsoft-view-awaited';
}
