// A call behind a button: whether it is on its way, and why it failed.
import { useState } from 'react';
import type { WindowCall, WindowCallParams } from '../../protocol/window.ts';
import { useTransport } from './window-context.tsx';

export type PendingCall<C extends WindowCall> = {
  readonly run: (params: WindowCallParams<C>) => Promise<void>;
  readonly pending: boolean;
  /** In words of who answered; null after a success and while another attempt is on its way. */
  readonly fault: string | null;
};

export function useCall<C extends WindowCall>(call: C): PendingCall<C> {
  const transport = useTransport();
  const [pending, setPending] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  return {
    pending,
    fault,
    async run(params) {
      setPending(true);
      setFault(null);
      const answer = await transport.call(call, params);
      setPending(false);
      if (!answer.ok) setFault(answer.fault.message);
    },
  };
}
