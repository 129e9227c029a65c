// Answers a device that renews its certificate over the connection on which it has proved the one it has.
import { enrollmentRefusals, renewRequest } from '../../protocol/enrollment.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';
import type { Question } from '../server/plain-handler.ts';
import type { PlainAnswer } from '../server/request.ts';
import type { Renewer } from './renewer.ts';

export function renewalQuestion({ renew }: Renewer): Question {
  return {
    methods: ['POST'],
    answer: ({ thumbprint, body }) => {
      if (body === null) return refusal(400, 'bad-request', 'the request is too long, too slow or cut off');
      let request: string;
      try {
        ({ request } = parse(renewRequest, JSON.parse(body), 'request'));
      } catch (error) {
        const message = error instanceof OpenGsaError ? error.message : 'request: is not JSON';
        return refusal(400, 'bad-request', message);
      }
      const outcome = renew(thumbprint, request);
      return outcome.kind === 'done'
        ? json(200, outcome.answer)
        : refusal(enrollmentRefusals[outcome.error], outcome.error, outcome.message);
    },
  };
}

function refusal(status: number, error: string, message: string): PlainAnswer {
  return json(status, { error, message });
}

function json(status: number, value: object): PlainAnswer {
  return {
    status,
    fields: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  };
}
