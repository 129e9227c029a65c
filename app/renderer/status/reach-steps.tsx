// The way from this device over the internet to the edge, and where it ends.
import type { ReactElement } from 'react';
import type { WindowState } from '../../../protocol/window.ts';
import { Icon } from '../components/icon.tsx';
import { useStrings } from '../window-context.tsx';
import { reachSteps, type StepMark } from './reach-steps-model.ts';
import { type StatusStrings, statusStrings } from './status-strings.ts';

export function ReachSteps({ state }: { readonly state: WindowState }): ReactElement | null {
  const strings = useStrings(statusStrings);
  const steps = reachSteps(state);
  if (steps === null) return null;
  return (
    <ol className="card steps" aria-label={strings.wayEnds}>
      {steps.map(({ name, mark }) => (
        <li key={name} className={mark.kind === 'fail' ? 'broken' : ''}>
          <Icon name={`status-${mark.kind}`} className={`status-icon ${mark.kind}`} />
          <span>{strings.steps[name]}</span>
          <span className="caption">{wordOf(mark, strings)}</span>
        </li>
      ))}
    </ol>
  );
}

function wordOf(mark: StepMark, { stepWords }: StatusStrings): string {
  if (mark.kind === 'skipped') return stepWords.skipped;
  return stepWords[mark.says];
}
