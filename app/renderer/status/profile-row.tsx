// The switch of the Microsoft traffic profile: it moves at once, and back with a reason where that did not become true.
import { type ReactElement, useEffect, useReducer } from 'react';
import type { Status } from '../../../protocol/status.ts';
import { allOf } from '../../../protocol/words/forms.ts';
import {
  nextExpectation,
  patienceMs,
  settled,
  shownPosition,
  type SwitchEvent,
  type SwitchExpectation,
} from '../../shared/switch-expectation.ts';
import { useLanguage, useStrings, useTransport } from '../window-context.tsx';
import type { ProfileSwitch } from './profile-switch-model.ts';
import { type StatusStrings, statusStrings } from './status-strings.ts';
import { switchProfile } from './use-remedy.ts';

export function ProfileRow({
  profile,
  status,
}: {
  readonly profile: ProfileSwitch;
  readonly status: Status | null;
}): ReactElement {
  const strings = useStrings(statusStrings);
  const language = useLanguage();
  const transport = useTransport();
  const [expectation, tell] = useReducer(advance, settled);
  const { on, held, disabled } = profile;
  useEffect(() => {
    tell({ kind: 'seen', actual: on });
    if (expectation.kind !== 'expecting') return;
    const timer = setTimeout(() => tell({ kind: 'seen', actual: on }), patienceMs);
    return () => clearTimeout(timer);
  }, [on, expectation]);
  const ask = async (wanted: boolean): Promise<void> => {
    if (status === null) return;
    tell({ kind: 'asked', wanted });
    const message = await switchProfile(transport, status, wanted);
    if (message !== null) tell({ kind: 'refused', wanted, message });
  };
  const shown = shownPosition(expectation, on);
  // What comes of a wish is told; what else changes is in the window's sentence. A switch that says nothing has no wish.
  const outcome = disabled ? null : expectationText(expectation, strings);
  const covers = profile.covers.map((group) => strings.groups[group]);
  const caption =
    covers.length > 0 ? strings.onFor(allOf(covers, language)) : strings.switchCaptions[profile.caption];
  return (
    <div className="row">
      <label className="grow" htmlFor="profile">
        <span>{strings.profile}</span>
        <span className="caption block" id="profile-caption" aria-live={outcome === null ? 'off' : 'polite'}>
          {outcome ?? caption}
        </span>
      </label>
      <input
        className={held && expectation.kind === 'settled' ? 'switch held' : 'switch'}
        id="profile"
        type="checkbox"
        role="switch"
        checked={shown}
        disabled={disabled}
        aria-busy={expectation.kind === 'expecting'}
        aria-describedby="profile-caption"
        onChange={(event) => void ask(event.target.checked)}
      />
    </div>
  );
}

function advance(state: SwitchExpectation, event: SwitchEvent): SwitchExpectation {
  return nextExpectation(state, event, performance.now());
}

function expectationText(expectation: SwitchExpectation, strings: StatusStrings): string | null {
  if (expectation.kind === 'expecting') return expectation.wanted ? strings.turningOn : strings.turningOff;
  switch (expectation.fault?.kind) {
    case undefined:
      return null;
    case 'no-effect':
      return strings.noEffect;
    case 'refused':
      return strings.refusedBecause(expectation.fault.message);
  }
}
