// Person, device, and the version of the profile; the device alone where nobody has signed in.
import type { ReactElement } from 'react';
import type { Status } from '../../../protocol/status.ts';
import { useStrings } from '../window-context.tsx';
import { microsoftProfile } from '../../shared/profile-switch.ts';
import { statusStrings } from './status-strings.ts';

export function DeviceLabel({ status }: { readonly status: Status | null }): ReactElement {
  const strings = useStrings(statusStrings);
  const device = status?.device ?? null;
  if (status === null || device === null) return <div className="grow" />;
  const profile = microsoftProfile(status);
  const name = status.person?.name ?? device.name;
  const facts = [
    status.person === null ? null : device.name,
    profile === null ? null : strings.profileVersion(profile.version),
  ].filter((fact) => fact !== null);
  return (
    <>
      <span className="avatar" aria-hidden="true">
        {name.slice(0, 1).toUpperCase()}
      </span>
      <div className="grow">
        <p className="cut" title={name}>
          {name}
        </p>
        <p className="caption cut" title={facts.join(', ')}>
          {facts.join(', ')}
        </p>
      </div>
    </>
  );
}
