import { expect, test } from 'vitest';
import { gatherFacts } from '../../../../agent/health/gather.ts';
import { unknownSources } from '../../../../agent/health-without-agent.ts';
import { manualClock } from '../../../support/manual-clock.ts';

test('one that hangs is unknown after 8 s and holds nothing up; one that fails is unknown at once', async () => {
  const clock = manualClock();
  const sources = {
    ...unknownSources('not here'),
    locations: () => ({ count: 3, fault: null }),
    profiles: () => new Promise<never>(() => undefined),
  };
  const gathered = gatherFacts(sources, new Set(['locations', 'profiles', 'device'] as const), clock);
  clock.advance(8_000);
  const facts = await gathered;
  expect(facts.locations).toMatchObject({ kind: 'known', value: { count: 3 } });
  expect(facts.profiles).toMatchObject({ kind: 'unknown', reason: 'not found out within 8 s' });
  expect(facts.device).toMatchObject({ kind: 'unknown', reason: 'not here' });
  expect(facts.nft).toMatchObject({ kind: 'unknown', reason: 'not asked' });
});
