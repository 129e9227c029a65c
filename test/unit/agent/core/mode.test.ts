import { describe, expect, test } from 'vitest';
import { type Mode, type ModeEvent, nextMode } from '../../../../agent/core/mode.ts';

const on: Mode = { kind: 'on' };
const off: Mode = { kind: 'disconnected', since: 500 };
const paused: Mode = { kind: 'paused', since: 1_000, until: 61_000 };

describe('mode', () => {
  test.each<[string, Mode, ModeEvent, number, Mode]>([
    [
      'a pause lasts its minutes',
      on,
      { kind: 'pause', minutes: 10 },
      5,
      { kind: 'paused', since: 5, until: 600_005 },
    ],
    [
      'a pause can be made longer',
      paused,
      { kind: 'pause', minutes: 1 },
      2_000,
      { kind: 'paused', since: 2_000, until: 62_000 },
    ],
    ['a pause holds until its end', paused, { kind: 'tick' }, 60_999, paused],
    ['a pause ends by itself', paused, { kind: 'tick' }, 61_000, on],
    ['a pause does not hold on a clock that was set back', paused, { kind: 'tick' }, 999, on],
    ['a pause does not switch on what is off', off, { kind: 'pause', minutes: 10 }, 1_000, off],
    ['resume ends a pause', paused, { kind: 'resume' }, 2_000, on],
    ['resume does not switch on what is off', off, { kind: 'resume' }, 2_000, off],
    ['connect changes nothing where it is on', on, { kind: 'connect' }, 2_000, on],
    ['connect ends a pause', paused, { kind: 'connect' }, 2_000, on],
    ['connect switches on', off, { kind: 'connect' }, 2_000, on],
    ['disconnect lasts', off, { kind: 'tick' }, 1e13, off],
    ['disconnect keeps its time', off, { kind: 'disconnect' }, 9_000, off],
    [
      'disconnect ends a pause',
      paused,
      { kind: 'disconnect' },
      2_000,
      { kind: 'disconnected', since: 2_000 },
    ],
  ])('%s', (_, mode, event, now, expected) => {
    expect(nextMode(mode, event, now)).toEqual(expected);
  });
});
