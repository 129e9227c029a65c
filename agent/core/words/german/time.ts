// When something was or will be, in German.
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { time as english } from '../english/time.ts';
import type { Moment } from '../../time-words.ts';

const told = (moment: Moment, today: string, otherDay: string): string =>
  moment.day === null ? `${today} ${moment.time} Uhr` : `${otherDay} ${moment.day} um ${moment.time} Uhr`;

export const time: Translated<typeof english> = {
  at: (moment) => told(moment, 'um', 'am'),
  until: (moment) => told(moment, 'bis', 'bis zum'),
  since: (moment) => told(moment, 'seit', 'seit dem'),
};
