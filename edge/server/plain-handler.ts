// Questions on the tunnel's listener, for devices in good standing only: one path each, with what answers it.
import { formatProxyStatus, proxyErrors } from '../../protocol/proxy-status.ts';
import { tunnelFields } from '../../protocol/tunnel.ts';
import { type DeviceStanding, denyDevice } from '../core/device-standing.ts';
import type { PlainAnswer, PlainRequest } from './request.ts';

export type Question = {
  readonly methods: readonly ('GET' | 'POST' | 'DELETE')[];
  /** Called with one of its methods only. @param query without the `?` */
  readonly answer: (request: PlainRequest, query: string) => PlainAnswer | Promise<PlainAnswer>;
};

/** By path. */
export type Questions = Readonly<Record<string, Question>>;

export type PlainHandlerOptions = {
  readonly name: string;
  readonly findDevice: (thumbprint: string) => DeviceStanding;
  readonly questions: Questions;
  readonly onFault: (error: unknown) => void;
};

/** Never rejects. */
export function createPlainHandler(
  options: PlainHandlerOptions,
): (request: PlainRequest) => Promise<PlainAnswer> {
  const questions = new Map(Object.entries(options.questions));
  return async (request) => {
    try {
      const denial = denyDevice(options.findDevice(request.thumbprint));
      if (denial !== null) {
        const status = formatProxyStatus(options.name, denial);
        return { ...empty(proxyErrors[denial.error]), fields: { [tunnelFields.proxyStatus]: status } };
      }
      const [path = '', query = ''] = request.target.split('?');
      const question = questions.get(path);
      if (question === undefined) return empty(404);
      if (question.methods.some((one) => one === request.method))
        return await question.answer(request, query);
      return { ...empty(405), fields: { allow: question.methods.join(', ') } };
    } catch (error) {
      options.onFault(error);
      return empty(500);
    }
  };
}

function empty(status: number): PlainAnswer {
  return { status, fields: {}, body: '' };
}
