// How far the way from this device over the internet to the edge is open, where it is not.
import type { WindowState } from '../../../protocol/window.ts';

export type StepName = 'device' | 'internet' | 'edge';
export type StepMark =
  | { readonly kind: 'pass'; readonly says: 'running' | 'reached' | 'way-out' }
  | {
      readonly kind: 'fail';
      readonly says:
        | 'not-running'
        | 'no-access'
        | 'unusable'
        | 'offline'
        | 'portal'
        | 'no-answer'
        | 'refuses'
        | 'untrusted';
    }
  /** Behind a step that failed: nobody can tell. */
  | { readonly kind: 'skipped' };
export type Step = { readonly name: StepName; readonly mark: StepMark };

/** Null where the way is open, or is not what stands in between. */
export function reachSteps({ link, status }: WindowState): readonly Step[] | null {
  switch (link.kind) {
    case 'starting':
      return null;
    case 'absent':
      return steps({ kind: 'fail', says: 'not-running' }, skipped, skipped);
    case 'denied':
      return steps({ kind: 'fail', says: 'no-access' }, skipped, skipped);
    case 'refused':
      return steps({ kind: 'fail', says: 'unusable' }, skipped, skipped);
    case 'live':
      return status === null ? null : connectionSteps(status.connection.kind);
  }
}

type Kind = NonNullable<WindowState['status']>['connection']['kind'];

function connectionSteps(kind: Kind): readonly Step[] | null {
  switch (kind) {
    case 'no-internet':
      return steps(running, { kind: 'fail', says: 'offline' }, skipped);
    case 'captive-portal':
      return steps(running, { kind: 'fail', says: 'portal' }, skipped);
    case 'edge-unreachable':
      // A network with a way out is there; that it leads anywhere was not measured.
      return steps(running, { kind: 'pass', says: 'way-out' }, { kind: 'fail', says: 'no-answer' });
    case 'device-refused':
      return steps(running, reached, { kind: 'fail', says: 'refuses' });
    case 'edge-untrusted':
      return steps(running, reached, { kind: 'fail', says: 'untrusted' });
    default:
      return null;
  }
}

const skipped: StepMark = { kind: 'skipped' };
const running: StepMark = { kind: 'pass', says: 'running' };
const reached: StepMark = { kind: 'pass', says: 'reached' };

function steps(device: StepMark, internet: StepMark, edge: StepMark): readonly Step[] {
  return [
    { name: 'device', mark: device },
    { name: 'internet', mark: internet },
    { name: 'edge', mark: edge },
  ];
}
