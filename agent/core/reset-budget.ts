// How many flows one HTTP/2 session may carry before a peer takes their resets for an attack and kills the session.

/**
 * Peers built on nghttp2 allow a burst of 1,000 resets and some tens a second; one more ends the session with every flow in
 * it. 800 leaves room for those that are counted twice.
 */
export const resetsPerSession = 800;

/** What a session has used up: resets that happened, and open flows that may still become one. */
export type ResetBudget = { readonly resets: number; readonly open: number };

export const freshBudget: ResetBudget = { resets: 0, open: 0 };

export type BudgetVerdict =
  | { readonly kind: 'room' }
  /** Full for the moment: flows that end cleanly make room again. */
  | { readonly kind: 'full' }
  /** Never again: to be drained and replaced. */
  | { readonly kind: 'spent' };

export function flowOpened(budget: ResetBudget): ResetBudget {
  return { ...budget, open: budget.open + 1 };
}

export function flowClosed(budget: ResetBudget, how: 'ended' | 'reset'): ResetBudget {
  return { resets: budget.resets + (how === 'reset' ? 1 : 0), open: budget.open - 1 };
}

/** Whether one more flow fits, even if every open one were reset at once. */
export function judgeBudget({ resets, open }: ResetBudget): BudgetVerdict {
  // A session with little room left is replaced while the rest of its budget still carries its open flows.
  if (resets >= resetsPerSession / 2) return { kind: 'spent' };
  return resets + open < resetsPerSession ? { kind: 'room' } : { kind: 'full' };
}
