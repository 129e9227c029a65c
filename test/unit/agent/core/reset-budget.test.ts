import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  flowClosed,
  flowOpened,
  freshBudget,
  judgeBudget,
  type ResetBudget,
  resetsPerSession,
} from '../../../../agent/core/reset-budget.ts';

test('flows that end cleanly cost nothing', () => {
  let budget = freshBudget;
  for (let i = 0; i < 5000; i += 1) budget = flowClosed(flowOpened(budget), 'ended');
  expect(judgeBudget(budget)).toEqual({ kind: 'room' });
});

test('a session that had its share of resets is spent for good', () => {
  let budget = freshBudget;
  while (judgeBudget(budget).kind === 'room') budget = flowClosed(flowOpened(budget), 'reset');
  expect(judgeBudget(budget)).toEqual({ kind: 'spent' });
  expect(budget.resets).toBeLessThanOrEqual(resetsPerSession);
});

test('whatever happens, resets never exceed the limit while new flows obey the verdict', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('open', 'ended', 'reset'), { maxLength: 4000, size: 'max' }),
      (steps) => {
        let budget: ResetBudget = freshBudget;
        for (const step of steps) {
          if (step === 'open') {
            if (judgeBudget(budget).kind === 'room') budget = flowOpened(budget);
          } else if (budget.open > 0) budget = flowClosed(budget, step);
        }
        expect(budget.resets + budget.open).toBeLessThanOrEqual(resetsPerSession);
      },
    ),
    { numRuns: 50 },
  );
});

test('a session is full while its open flows could use up what is left, and has room again once one ends', () => {
  let budget = freshBudget;
  for (let i = 0; i < resetsPerSession; i += 1) budget = flowOpened(budget);
  expect(judgeBudget(budget)).toEqual({ kind: 'full' });
  expect(judgeBudget(flowClosed(budget, 'ended'))).toEqual({ kind: 'room' });
  expect(judgeBudget(flowClosed(budget, 'reset'))).toEqual({ kind: 'full' });
});
