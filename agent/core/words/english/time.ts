// When something was or will be, in English.
import type { Moment } from '../../time-words.ts';

const bare = ({ day, time }: Moment): string => (day === null ? time : `${day} at ${time}`);

export const time = {
  at: (moment: Moment) => `${moment.day === null ? 'at' : 'on'} ${bare(moment)}`,
  until: (moment: Moment) => `until ${bare(moment)}`,
  since: (moment: Moment) => `since ${bare(moment)}`,
};
