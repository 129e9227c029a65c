// A switch that shows what a person asked for at once, and the truth after three seconds at the latest.

/** How long a wish may stand before it is proven, in ms. */
export const patienceMs = 3_000;

/** Why a switch is not where it was put. */
export type SwitchFault =
  | { readonly kind: 'refused'; readonly message: string }
  /** It was asked for, and nothing changed within three seconds. */
  | { readonly kind: 'no-effect' };

export type SwitchExpectation =
  | { readonly kind: 'settled'; readonly fault: null }
  /** It stays until what was wished for comes true after all. */
  | { readonly kind: 'settled'; readonly fault: SwitchFault; readonly wanted: boolean }
  | { readonly kind: 'expecting'; readonly wanted: boolean; readonly until: number };

export type SwitchEvent =
  | { readonly kind: 'asked'; readonly wanted: boolean }
  /** What is true was told, or is looked at again. */
  | { readonly kind: 'seen'; readonly actual: boolean }
  | { readonly kind: 'refused'; readonly wanted: boolean; readonly message: string };

export const settled: SwitchExpectation = { kind: 'settled', fault: null };

/** @param now any clock that does not jump, in ms */
export function nextExpectation(
  state: SwitchExpectation,
  event: SwitchEvent,
  now: number,
): SwitchExpectation {
  switch (event.kind) {
    case 'asked':
      return { kind: 'expecting', wanted: event.wanted, until: now + patienceMs };
    case 'refused':
      return {
        kind: 'settled',
        fault: { kind: 'refused', message: event.message },
        wanted: event.wanted,
      };
    case 'seen':
      return afterLook(state, event.actual, now);
  }
}

function afterLook(state: SwitchExpectation, actual: boolean, now: number): SwitchExpectation {
  if (state.kind === 'settled' && state.fault === null) return state;
  const { wanted } = state;
  if (actual === wanted) return settled;
  if (state.kind === 'settled' || now < state.until) return state;
  return { kind: 'settled', fault: { kind: 'no-effect' }, wanted };
}

/** What the switch shows: the wish while it is awaited, otherwise what is true. */
export function shownPosition(state: SwitchExpectation, actual: boolean): boolean {
  return state.kind === 'expecting' ? state.wanted : actual;
}
