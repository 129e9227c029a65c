// What the agent asks its edge about the person at this device, each question with its parsed answer.
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';
import {
  type PersonOffer,
  personOffer,
  personPath,
  personRefusal,
  personRefusals,
  type PersonSession,
  personSession,
  type PersonRefusal,
  type ShownSignIn,
} from '../../protocol/person.ts';

/** One question inside the tunnel. Rejects where no edge is connected. */
export type AskEdge = (question: {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: string;
}) => Promise<{ readonly status: number; readonly body: string }>;

export type EdgePeople = {
  /** Null where nobody can sign in. */
  readonly offer: () => Promise<PersonOffer | null>;
  /** The refusal says why it does not count; for what may be otherwise in a moment it rejects. */
  readonly show: (signIn: ShownSignIn) => Promise<PersonSession | PersonRefusal>;
  readonly end: (session: string) => Promise<void>;
};

export function createEdgePeople(ask: AskEdge): EdgePeople {
  return {
    offer: async () => {
      const { status, body } = await ask({ method: 'GET', path: personPath });
      if (status >= 500 && status !== 501) throw unexpected(status);
      return status === 200 ? parse(personOffer, json(body), 'offer of the edge') : null;
    },
    show: async (signIn) => {
      const { status, body } = await ask({ method: 'POST', path: personPath, body: JSON.stringify(signIn) });
      if (status === 200) return parse(personSession, json(body), 'session of the edge');
      if (status === 403 && body !== '')
        return parse(personRefusal, json(body), 'refusal of the edge').reason;
      throw unexpected(status, status === 503 ? `: ${personRefusals['keys-unavailable']}` : '');
    },
    end: async (session) => {
      await ask({ method: 'DELETE', path: `${personPath}?session=${session}` });
    },
  };
}

function unexpected(status: number, why = ''): OpenGsaError {
  return new OpenGsaError('upstream-failed', `the edge answers ${status}${why}`);
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Something else answers; its schema says so.
    return null;
  }
}
