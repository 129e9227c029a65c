// The profiles of this machine and what is known of their classes, asked again when the status tells of another profile.
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { WindowCallResult } from '../../../../protocol/window.ts';
import { useTransport, useWindowState } from '../../window-context.tsx';
import type { RuleRow } from './profile-rows.ts';

export type Profiles = WindowCallResult<'profile.list'>;

export function useProfiles(): {
  /** Null until the first answer, and where nobody answers. */
  readonly known: Profiles | null;
  readonly fault: string | null;
  readonly refresh: () => void;
  /** The classes of those of a rule's destinations that the agent predicts. */
  readonly classOf: (row: RuleRow) => string;
} {
  const transport = useTransport();
  const { link, status } = useWindowState();
  const [known, setKnown] = useState<Profiles | null>(null);
  const [classes, setClasses] = useState<ReadonlyMap<string, string>>(new Map());
  const [fault, setFault] = useState<string | null>(null);
  const [asked, setAsked] = useState(0);
  const inForce = JSON.stringify([link.kind, status?.profiles, status?.connection.kind]);
  useEffect(() => {
    let current = true;
    void transport.call('profile.list', {}).then((answer) => {
      if (!current) return;
      setFault(answer.ok ? null : answer.fault.message);
      setKnown(answer.ok ? answer.result : null);
    });
    void transport.call('seen-as.get', { destinations: [] }).then((answer) => {
      if (!current || !answer.ok) return;
      const predicted = answer.result.destinations.flatMap((seen) =>
        seen.class === null ? [] : [[seen.destination, seen.class] as const],
      );
      setClasses(new Map(predicted));
    });
    return () => {
      current = false;
    };
  }, [transport, inForce, asked]);
  const classOf = useCallback(
    ({ destinations }: RuleRow) =>
      [...new Set(destinations.map((text) => classes.get(text) ?? ''))].filter(Boolean).join(', '),
    [classes],
  );
  return useMemo(
    () => ({ known, fault, classOf, refresh: () => setAsked((count) => count + 1) }),
    [known, fault, classOf],
  );
}
