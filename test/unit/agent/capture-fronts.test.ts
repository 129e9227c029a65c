// The ways of capturing together: what becomes of the proxies where transparent capture cannot be had.
import { afterEach, describe, expect, test } from 'vitest';
import { type CaptureFronts, startCapture } from '../../../agent/capture-fronts.ts';
import { type CaptureMode, parseAgentConfig } from '../../../agent/config.ts';
import { type CaptureObstacle, captureObstacle, obstacleText } from '../../../agent/core/capture-obstacle.ts';

const obstacle = captureObstacle('no-net-admin');

describe('where transparent capture is prevented', () => {
  let fronts: CaptureFronts | null = null;
  afterEach(() => fronts?.drain(0));

  const start = (mode: CaptureMode, told: CaptureObstacle[] = []): Promise<CaptureFronts> => {
    const { capture } = parseAgentConfig(
      { capture: { mode, http: '127.0.0.1:0', socks5: '127.0.0.1:0' } },
      'agent.yaml',
    );
    return startCapture({
      config: capture,
      openFlow: () => Promise.reject(new Error('no flow is expected')),
      pac: { token: '0123456789abcdef0123456789abcdef', text: () => '' },
      startTransparent: () => Promise.resolve({ kind: 'prevented', obstacle }),
      onPrevented: (what) => told.push(what),
    });
  };

  test('the agent does not start where nothing else is asked for, and says what is in the way', async () => {
    await expect(start('transparent')).rejects.toMatchObject({
      code: 'capture-failed',
      message: obstacleText(obstacle),
    });
  });

  test('proxies that are asked for beside it go on, and what is in the way is shown', async () => {
    const told: CaptureObstacle[] = [];
    fronts = await start('both', told);
    expect(told).toEqual([obstacle]);
    const shown = fronts.shown();
    expect(shown).toMatchObject({
      mode: 'both',
      transparent: {
        state: 'failed',
        obstacles: [obstacle],
      },
    });
    const answer = await fetch(shown.pacUrl ?? '');
    expect(answer.status).toBe(200);
    expect(fronts.transparentFacts()).toMatchObject({ state: 'failed', capturedName: null });
    expect(fronts.acquiredAddresses()).toBeNull();
  });
});
