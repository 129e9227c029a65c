// Questions on the tunnel's listener: view, witness and renewal, for devices in good standing only.
import { renewPath } from '../../protocol/enrollment.ts';
import { formatProxyStatus, proxyErrors } from '../../protocol/proxy-status.ts';
import { tunnelFields, viewPath, witnessPath } from '../../protocol/tunnel.ts';
import { type DeviceStanding, denyDevice } from '../core/device-standing.ts';
import type { PlainAnswer, PlainRequest } from './request.ts';
import type { ViewHandler } from './view-handler.ts';
import { answerWitness, type WitnessOptions } from './witness.ts';

/** @param body of the request; null where it could not be had */
export type Renew = (thumbprint: string, body: string | null) => PlainAnswer;

export type PlainHandlerOptions = {
  readonly name: string;
  readonly findDevice: (thumbprint: string) => DeviceStanding;
  readonly views: ViewHandler;
  readonly witness: WitnessOptions;
  /** Answers a POST to the path of renewals; absent: there is none. */
  readonly renew?: Renew | undefined;
  readonly onFault: (error: unknown) => void;
};

/** Never rejects. */
export function createPlainHandler(
  options: PlainHandlerOptions,
): (request: PlainRequest) => Promise<PlainAnswer> {
  return async (request) => {
    try {
      return await answer(request, options);
    } catch (error) {
      options.onFault(error);
      return empty(500);
    }
  };
}

async function answer(request: PlainRequest, options: PlainHandlerOptions): Promise<PlainAnswer> {
  const denial = denyDevice(options.findDevice(request.thumbprint));
  if (denial !== null) {
    const status = formatProxyStatus(options.name, denial);
    return { status: proxyErrors[denial.error], fields: { [tunnelFields.proxyStatus]: status }, body: '' };
  }
  const [path, query = ''] = request.target.split('?');
  if (path === renewPath && options.renew !== undefined) {
    return request.method === 'POST'
      ? options.renew(request.thumbprint, request.body)
      : { ...empty(405), fields: { allow: 'POST' } };
  }
  if (path !== viewPath && path !== witnessPath) return empty(404);
  if (request.method !== 'GET') return { ...empty(405), fields: { allow: 'GET' } };
  if (path === witnessPath) return answerWitness(options.witness, request);
  const after = new URLSearchParams(query).get('after');
  if (after !== null && !/^\d{1,15}$/.test(after)) return empty(400);
  return options.views.answer(after === null ? null : Number(after), request);
}

function empty(status: number): PlainAnswer {
  return { status, fields: {}, body: '' };
}
