// When a flow waits for its program: where a rule asks for one, 200 ms at most, and not where the answer is known to be none.
import { expect, test } from 'vitest';
import { createFlowOpeners } from '../../../agent/flow-openers.ts';
import type { SocketQuestion } from '../../../agent/process/attribution.ts';
import type { ProcessFact } from '../../../protocol/process-fact.ts';
import { parseAddress } from '../../../protocol/address.ts';
import { parseAuthority } from '../../../protocol/destination.ts';

const known: ProcessFact = { uid: 1000, pid: 42, executable: '/usr/bin/git', unknown: null };
const request = {
  via: 'http-connect',
  destination: parseAuthority('app.contoso.test:443')!,
  source: { address: parseAddress('127.0.0.1')!, port: 50_000 },
  dialled: { address: parseAddress('127.0.0.1')!, port: 8088 },
} as const;

function rig(changes: { level?: 'uid' | 'executable'; asks?: boolean; answer?: Promise<ProcessFact> } = {}) {
  const questions: SocketQuestion[] = [];
  const identify = createFlowOpeners({
    attribution: {
      lookup: (question) => {
        questions.push(question);
        return changes.answer ?? Promise.resolve(known);
      },
      holder: () => Promise.reject(new Error('not asked')),
    },
    level: changes.level ?? 'executable',
    asksForProgram: () => changes.asks ?? true,
  });
  return { identify, questions };
}

test("the program's own socket is asked about, from its side", async () => {
  const { identify, questions } = rig();
  expect(await identify(request)?.forDecision).toEqual(known);
  expect(questions).toEqual([{ protocol: 'tcp', local: request.source, remote: request.dialled }]);
});

test('no flow waits where no rule asks', async () => {
  const found = rig({ asks: false }).identify(request);
  expect(found?.forDecision).toBeNull();
  expect(await found?.fact).toEqual(known);
});

test('a flow waits no longer than it may, and is recorded with what comes later', async () => {
  const late = Promise.withResolvers<ProcessFact>();
  const found = rig({ answer: late.promise }).identify(request);
  const began = performance.now();
  expect(await found?.forDecision).toMatchObject({ executable: null, unknown: 'late' });
  // Timers may fire a ms early by this clock.
  expect(performance.now() - began).toBeGreaterThanOrEqual(199);
  late.resolve(known);
  expect(await found?.fact).toEqual(known);
});

test('a flow does not wait where accounts alone are looked up', async () => {
  const { identify } = rig({ level: 'uid', answer: new Promise(() => undefined) });
  expect(await identify(request)?.forDecision).toMatchObject({ unknown: 'not-asked' });
});

test("the agent's own question was opened by no program", () => {
  const { identify, questions } = rig();
  expect(identify({ ...request, via: 'verification' })).toBeNull();
  expect(questions).toEqual([]);
});
