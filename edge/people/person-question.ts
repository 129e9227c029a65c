// The person at a device, as the device's requests tell: who may vouch, a sign-in that is shown, one that ends.
import type { Question } from '../server/plain-handler.ts';
import type { PlainAnswer } from '../server/request.ts';
import type { People } from './people.ts';

const noStore = { 'cache-control': 'no-store' } as const;

export function personQuestion(people: People): Question {
  return {
    methods: ['GET', 'POST', 'DELETE'],
    answer: ({ method, thumbprint, body }, query) => {
      if (method === 'POST') return signIn(people, thumbprint, body);
      if (method === 'GET') return json(200, people.offer);
      people.signOut(thumbprint, new URLSearchParams(query).get('session') ?? '');
      return { status: 204, fields: noStore, body: '' };
    },
  };
}

async function signIn(people: People, thumbprint: string, body: string | null): Promise<PlainAnswer> {
  if (body === null) return { status: 413, fields: noStore, body: '' };
  const result = await people.signIn(thumbprint, body);
  if (typeof result !== 'string') return json(200, result);
  // 503 for what may be otherwise in a moment: the device tries again and does not bother the person.
  return json(result === 'keys-unavailable' ? 503 : 403, { reason: result });
}

function json(status: number, value: object): PlainAnswer {
  return { status, fields: { ...noStore, 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
