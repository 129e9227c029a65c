// The flows that windows follow: asked for while somebody listens, and again of every agent that answers.
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
