// The flows that windows follow: asked for while somebody listens, and again of every agent that answers.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFlowFollowing } from '../../../agent/flow-following.ts';

test('the agent is asked while somebody listens, and told when nobody does', () => {
  const { following, calls } = rig();
  const stop = following.follow(() => undefined);
  const stopOther = following.follow(() => undefined);
  expect(calls).toEqual(['flows.subscribe', 'flows.subscribe']);
  stop();
  stop();
  expect(calls).toHaveLength(2);
  stopOther();
  expect(calls.at(-1)).toBe('flows.unsubscribe');
});

test('an agent that started again is asked again, and one that stays is not', () => {
  const { following, calls, restart } = rig();
  following.agentMayDiffer();
  expect(calls).toEqual([]);
  following.follow(() => undefined);
  following.agentMayDiffer();
  expect(calls).toHaveLength(1);
  restart();
  following.agentMayDiffer();
  following.agentMayDiffer();
  expect(calls).toEqual(['flows.subscribe', 'flows.subscribe']);
});

test('every listener hears what the agent tells, until it stops', () => {
  const { following } = rig();
  const heard: string[] = [];
  const stop = following.follow(() => heard.push('one'));
  following.follow(() => heard.push('other'));
  following.tell([]);
  stop();
  following.tell([]);
  expect(heard).toEqual(['one', 'other', 'other']);
});

test('whatever comes and goes, the present agent is asked exactly while somebody listens', () => {
  const step = fc.constantFrom('follow', 'stop', 'restart', 'tell');
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), (steps) => {
      const { following, calls, restart } = rig();
      const stops: (() => void)[] = [];
      let heard = 0;
      for (const name of steps) {
        if (name === 'follow') stops.push(following.follow(() => (heard += 1)));
        else if (name === 'stop') stops.shift()?.();
        else if (name === 'tell') {
          heard = 0;
          following.tell([]);
          expect(heard).toBe(stops.length);
        } else {
          restart();
          // Another agent follows nobody.
          calls.length = 0;
          following.agentMayDiffer();
        }
        expect(calls.at(-1) === 'flows.subscribe').toBe(stops.length > 0);
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('200 that come and go leave nobody behind', () => {
  const { following, calls } = rig();
  let heard = 0;
  const stops = Array.from({ length: 200 }, () => following.follow(() => (heard += 1)));
  for (const stop of [...stops, ...stops.toReversed()]) stop();
  following.tell([]);
  following.agentMayDiffer();
  expect(heard).toBe(0);
  expect(calls.filter((method) => method === 'flows.unsubscribe')).toHaveLength(1);
  expect(calls.at(-1)).toBe('flows.unsubscribe');
});

function rig() {
  const calls: string[] = [];
  const connection = () => ({
    call: (method: string) => {
      calls.push(method);
      // A connection that ends must trouble nobody.
      return Promise.reject(new Error('ended'));
    },
  });
  let client = connection();
  return {
    calls,
    following: createFlowFollowing(() => client),
    restart: () => (client = connection()),
  };
}
