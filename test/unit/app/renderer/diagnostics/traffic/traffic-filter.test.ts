// Which flows the traffic table shows.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  classesOf,
  createFlowMatcher,
  noFilter,
  type TrafficFilter,
} from '../../../../../../app/renderer/diagnostics/traffic/traffic-filter.ts';
import { exampleFlow } from '../../../../../support/example-flow.ts';
import { exampleSeenAs } from '../../../../../support/example-seen-as.ts';

const now = Date.parse('2026-11-23T09:42:00.000Z');
const rows = [
  { flow: exampleFlow({ id: 1, person: 'megan@contoso.test' }), seen: exampleSeenAs() },
  { flow: exampleFlow({ id: 2, action: 'direct', destination: 'www.example.test:443' }), seen: null },
  { flow: exampleFlow({ id: 3, startedAt: '2026-11-23T09:00:00.000Z', process: null }), seen: null },
];
const shown = (filter: Partial<TrafficFilter>) =>
  createFlowMatcher()(rows, { ...noFilter, ...filter }, now).map(({ flow }) => flow.id);

test('without a filter every flow, and the same array', () => {
  expect(createFlowMatcher()(rows, noFilter, now)).toBe(rows);
});

test.each<[Partial<TrafficFilter>, number[]]>([
  [{ search: 'FIREFOX login' }, [1]],
  [{ search: '203.0.113.7' }, [1]],
  [{ search: 'megan@' }, [1]],
  [{ search: 'nothing like this' }, []],
  [{ action: 'direct' }, [2]],
  [{ class: 'proxy-v2' }, [1]],
  [{ period: 'minute' }, [1, 2]],
  [{ period: 'hour' }, [1, 2, 3]],
  [{ period: 'minute', search: 'example' }, [2]],
])('%j shows %j', (filter, ids) => {
  expect(shown(filter)).toEqual(ids);
});

test('one matcher shows the same as one made for each question, whatever was asked before', () => {
  const searches = ['', 'e', 'ex', 'example', 'example fire', 'login', ' ', 'nothing'];
  const filter = fc.record({
    search: fc.constantFrom(...searches),
    action: fc.constantFrom(null, 'direct' as const),
    class: fc.constantFrom(null, 'proxy-v2'),
    period: fc.constantFrom(null, 'minute' as const),
  });
  const shownRows = fc.subarray(rows);
  fc.assert(
    fc.property(fc.array(fc.tuple(filter, shownRows), { maxLength: 10 }), (steps) => {
      const match = createFlowMatcher();
      for (const [asked, some] of steps)
        expect(match(some, asked, now)).toEqual(createFlowMatcher()(some, asked, now));
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('the classes that occur, once each', () => {
  expect(classesOf([...rows, ...rows])).toEqual(['proxy-v2']);
});
