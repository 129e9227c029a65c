// Performs the plan's steps until the system's proxy setting is what it should be, and has been read back.
import { OpenGsaError } from '../../protocol/error.ts';
import type { Clock } from '../clock.ts';
import { nextStep, type ProxyFacts, type ProxyState, type ProxyWish } from '../core/proxy-plan.ts';
import type { SavedFile } from './saved-file.ts';
import type { SystemProxy } from './system-proxy.ts';

export type Settling = {
  readonly system: SystemProxy;
  readonly saved: SavedFile;
  readonly clock: Clock;
  readonly wish: ProxyWish | null;
  readonly foreign: ProxyFacts['foreign'];
  readonly writesLeft: number;
};

export type Settled = {
  readonly state: ProxyState;
  readonly writes: number;
  /** What could not be done without harm to the setting itself; each is said once, however often it was tried. */
  readonly warnings: readonly string[];
};

/** @throws OpenGsaError `conflict` where the original does not stay */
export async function restore(parts: Pick<Settling, 'system' | 'saved' | 'clock'>): Promise<void> {
  const { state } = await settle({ ...parts, wish: null, foreign: 'leave', writesLeft: 3 });
  if (state.kind === 'absent') return;
  throw new OpenGsaError(
    'conflict',
    `${parts.system.place}: what is written does not stay; see to what sets it back, then run "opengsa session restore"`,
  );
}

/** Save, adopt, write, trim, forget, each at most twice: more steps are a fault of the plan. */
const mostSteps = 12;

export async function settle(settling: Settling): Promise<Settled> {
  const { system, saved, clock, wish, foreign } = settling;
  const warnings = new Set<string>();
  let writes = 0;
  for (let i = 0; i < mostSteps; i++) {
    const current = await system.read();
    const step = nextStep({
      system: system.kind,
      now: clock.now(),
      saved: await saved.read(),
      current,
      wish,
      neutral: system.neutral(current),
      foreign,
      writesLeft: settling.writesLeft - writes,
    });
    switch (step.kind) {
      case 'save':
        await saved.write(step.saved);
        break;
      case 'write':
        writes += 1;
        for (const warning of await system.write(step.entries)) warnings.add(warning);
        break;
      case 'forget':
        await saved.remove();
        break;
      case 'rest':
        return { state: step.state, writes, warnings: [...warnings] };
    }
  }
  throw new OpenGsaError('internal', `${system.place}: the setting does not settle`);
}
