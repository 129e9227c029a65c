// Answers a device that asks over its own connection which profiles it has.
import type { Question } from '../server/plain-handler.ts';
import type { Distribution } from './distribution.ts';

export function profilesQuestion({ answerDevice }: Pick<Distribution, 'answerDevice'>): Question {
  return {
    methods: ['GET'],
    answer: ({ thumbprint }, query) => answerDevice(thumbprint, new URLSearchParams(query)),
  };
}
