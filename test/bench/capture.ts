// What transparent capture costs a program that connects, and how long its rules take to load.
import { join } from 'node:path';
import { z } from 'zod';
import { captureLabObstacle, createCaptureLab } from '../support/capture-lab.ts';
import { pinnedNode } from '../support/processes.ts';

const connects = 1000;
const loads = 20;
const names = 500;
const programs = join(import.meta.dirname, '../netlab/programs');
const loaded = z.object({
  profile: z.string(),
  elements: z.int(),
  samples: z.array(z.number()).length(loads),
});

/** Two lines. The connections to both places alternate within one run. */
export async function measureCapture(): Promise<string[]> {
  const obstacle = captureLabObstacle();
  if (obstacle !== null) return [`capture: not measured, ${obstacle}`];
  const lab = await createCaptureLab();
  try {
    const app = lab.within('app');
    const host = 'app.contoso.test';
    await lab.startAgent({
      rules: [{ destinations: [host], ports: ['443'], hardening: 'bypass' }],
      names: { [host]: { synthetic: '6.6.0.1', real: '127.0.0.1' } },
    });
    const plain = app.start(pinnedNode, [join(programs, 'echo.ts'), '127.0.0.1', '443']);
    await plain.line(/^ready$/);
    const places = ['127.0.0.1', '443', '6.6.0.1', '443'];
    const measured = await lab.as(
      1001,
      pinnedNode,
      join(programs, 'connect-times.ts'),
      String(connects),
      ...places,
    );
    if (measured.stderr !== '') throw new Error(measured.stderr);
    const [direct, captured] = z.array(z.array(z.number())).parse(JSON.parse(measured.stdout)).map(median);
    if (direct === undefined || captured === undefined) throw new Error(measured.stdout);
    // The rules of the agent above are in the way of others: these are loaded where there are none.
    const { stdout, stderr } = await lab
      .within('internet')
      .run(pinnedNode, [join(programs, 'load-rules.ts'), String(loads), String(names)]);
    if (stderr !== '') throw new Error(stderr);
    const { profile, elements, samples } = loaded.parse(JSON.parse(stdout));
    return [
      `captured connect, p50 of ${connects}: ${captured.toFixed(0)} us, direct on loopback ${direct.toFixed(0)} us: ` +
        `${(captured - direct).toFixed(0)} us slower (goal 30)`,
      `plan and load of ${elements} captured pieces (${profile}) and ${names} names, p50 of ${loads}: ` +
        `${median(samples).toFixed(0)} ms, longest ${Math.max(...samples).toFixed(0)} ms (goal 50)`,
    ];
  } finally {
    await lab.end();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
