// What the destinations of flows will see: asked once, and kept with the flows it was true for.
import { expect, test } from 'vitest';
import { createFlowPredictions } from '../../../../../../app/renderer/diagnostics/traffic/flow-predictions.ts';
import { exampleFlow } from '../../../../../support/example-flow.ts';
import { exampleSeenAs } from '../../../../../support/example-seen-as.ts';

const first = exampleFlow({ id: 1 });
const second = exampleFlow({ id: 2 });
const other = exampleFlow({ id: 3, destination: 'wiki.contoso.test:443' });

test('each destination is asked for once, whatever number of flows go there', () => {
  const predictions = createFlowPredictions(10);
  predictions.add([first, second, other]);
  expect(predictions.wanted(10)).toEqual([first.destination, other.destination]);
  expect(predictions.wanted(1)).toEqual([first.destination]);
  predictions.learn([first.destination], [exampleSeenAs()]);
  expect(predictions.wanted(10)).toEqual([other.destination]);
  expect(predictions.of(second)).toEqual(exampleSeenAs());
  expect(predictions.of(other)).toBeNull();
});

test('a destination that cannot be predicted is not asked for again', () => {
  const predictions = createFlowPredictions(10);
  predictions.add([first]);
  predictions.learn([first.destination], []);
  expect(predictions.wanted(10)).toEqual([]);
  expect(predictions.of(first)).toBeNull();
});

test('an older flow keeps what was true for it when addresses change', () => {
  const predictions = createFlowPredictions(10);
  predictions.add([first]);
  predictions.learn([first.destination], [exampleSeenAs()]);
  predictions.outdated();
  predictions.add([first, second]);
  expect(predictions.wanted(10)).toEqual([second.destination]);
  predictions.learn([second.destination], [exampleSeenAs({ class: 'opaque', whose: 'edge' })]);
  expect(predictions.of(first)?.class).toBe('proxy-v2');
  expect(predictions.of(second)?.class).toBe('opaque');
});

test('a flow that went another way than was predicted gets no prediction', () => {
  const predictions = createFlowPredictions(10);
  const direct = exampleFlow({ action: 'direct' });
  predictions.add([direct]);
  predictions.learn([direct.destination], [exampleSeenAs()]);
  expect(predictions.of(direct)).toBeNull();
});

test('what nothing is known of hides nothing of the others', () => {
  const predictions = createFlowPredictions(10);
  predictions.add([other, first]);
  predictions.learn([other.destination, first.destination], [exampleSeenAs()]);
  expect(predictions.of(other)).toBeNull();
  expect(predictions.of(first)).toEqual(exampleSeenAs());
});
