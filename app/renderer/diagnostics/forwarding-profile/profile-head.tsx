// Over the rules: which profiles there are, whether they are in force, and what is wrong with one.
import type { ReactElement, ReactNode } from 'react';
import type { KnownProfile } from '../../../../protocol/known-profile.ts';
import { useStrings, useWindowState } from '../../window-context.tsx';
import { forwardingStrings } from './forwarding-strings.ts';

export function ProfileHead({
  profiles,
  children,
}: {
  readonly profiles: readonly KnownProfile[];
  /** Buttons. */
  readonly children: ReactNode;
}): ReactElement {
  const strings = useStrings(forwardingStrings);
  const { status } = useWindowState();
  const line = ({ name, enabled, profile }: KnownProfile): string | null => {
    if (profile === null) return null;
    const shown = status?.profiles.find((other) => other.name === name);
    const rules = profile.policies.reduce((sum, policy) => sum + policy.rules.length, 0);
    const text = strings.profile(shown?.title ?? profile.name, profile.version, strings.rules(rules));
    if (enabled) return `${text}.`;
    return `${text}, ${shown?.locked === true ? strings.lockedOff : strings.off}.`;
  };
  const faults = profiles.flatMap(({ fault }) => fault ?? []);
  return (
    <div className="view-head">
      <div className="grow">
        <h1>{strings.title}</h1>
        {profiles.map((profile) => (
          <p className="quiet" key={profile.name}>
            {line(profile)}
          </p>
        ))}
        {faults.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
      {children}
    </div>
  );
}
