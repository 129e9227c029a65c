// Does a remedy: the calls that it is made of, one after the other.
import { useState } from 'react';
import { switchCalls } from '../../shared/profile-switch.ts';
import type { Transport } from '../../shared/transport.ts';
import type { Status } from '../../../protocol/status.ts';
import { useTransport, useWindowState } from '../window-context.tsx';

import type { RemedyAction } from './remedy-action-model.ts';

export type Remedy = {
  readonly run: () => Promise<void>;
  readonly pending: boolean;
  readonly fault: string | null;
};

export function useRemedy(action: RemedyAction): Remedy {
  const transport = useTransport();
  const { status } = useWindowState();
  const [pending, setPending] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  return {
    ...{ pending, fault },
    async run() {
      if (pending) return;
      setPending(true);
      setFault(null);
      setFault(await doRemedy(action, transport, status));
      setPending(false);
    },
  };
}

/** Turns the Microsoft profile on or off. @returns why it failed, or null */
export async function switchProfile(
  transport: Transport,
  status: Status,
  on: boolean,
): Promise<string | null> {
  for (const step of switchCalls(status, on)) {
    const answer = await transport.call(step.call, step.params);
    if (!answer.ok) return answer.fault.message;
  }
  return null;
}

async function doRemedy(
  action: RemedyAction,
  transport: Transport,
  status: Status | null,
): Promise<string | null> {
  if (action === 'turn-on') return status === null ? null : switchProfile(transport, status, true);
  const answer = await callOf(action, transport);
  return answer.ok ? null : answer.fault.message;
}

function callOf(action: Exclude<RemedyAction, 'turn-on'>, transport: Transport) {
  switch (action) {
    case 'try-now':
      return transport.call('connect', {});
    case 'resume':
      return transport.call('resume', {});
    case 'sign-in':
      return transport.call('person.sign-in', {});
    case 'sign-out':
      return transport.call('person.sign-out', {});
    case 'check-addresses':
      return transport.call('egress.refresh', {});
    case 'show-source-address':
      return transport.call('window.open', { view: 'diagnostics', tab: 'source-address' });
    case 'health-check':
      return transport.call('window.open', { view: 'diagnostics', tab: 'health-check' });
    case 'open-page':
      return transport.call('link.open', { link: 'captive-portal' });
    case 'show-how':
      return transport.call('link.open', { link: 'documentation' });
  }
}
