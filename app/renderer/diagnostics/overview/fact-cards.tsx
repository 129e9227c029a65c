// What is known of the connection, of this device, and of its profiles.
import type { ReactElement } from 'react';
import type { Status } from '../../../../protocol/status.ts';
import { dateText } from '../../../shared/quantity-words.ts';
import { Icon } from '../../components/icon.tsx';
import { type AddressSide, edgeSide, ownSide } from '../../status/addresses-model.ts';
import { useMoment } from '../../time-of-day.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { useShownTime } from '../diagnostics-context.ts';
import { certificateAge } from './certificate-model.ts';
import { FactCard } from './fact-card.tsx';
import { overviewStrings } from './overview-strings.ts';
import { PersonFact } from './person-fact.tsx';

type CardProps = { readonly status: Status };

export function ConnectionCard({ status }: CardProps): ReactElement {
  const strings = useStrings(overviewStrings);
  const moment = useMoment();
  const { facts } = strings;
  const { connection, locations } = status;
  const since = 'since' in connection && Date.parse(connection.since) > 0 ? moment(connection.since) : null;
  return (
    <FactCard
      title={facts.connection}
      facts={[
        [facts.edge, 'edge' in connection ? connection.edge : null],
        [facts.since, since],
        [facts.ownAddress, addressesOf(ownSide(status)) ?? strings.unknown],
        [facts.edgeAddress, addressesOf(edgeSide(status))],
        [facts.signalling, strings.signalling[status.signaling]],
        [facts.locations, strings.locations(locations.edge, locations.imported)],
      ]}
    />
  );
}

export function DeviceCard({ status }: CardProps): ReactElement {
  const { device, organisation, person, signInOffered } = status;
  const strings = useStrings(overviewStrings);
  const { facts } = strings;
  return (
    <FactCard
      title={facts.device}
      facts={[
        [facts.name, device?.name ?? strings.none],
        [facts.member, organisation ?? strings.none],
        [facts.person, person === null && !signInOffered ? null : <PersonFact status={status} />],
        [facts.certificate, device && <Certificate expiresAt={device.certificateExpiresAt} />],
        [facts.thumbprint, device && <code className="thumbprint">{device.thumbprint}</code>],
      ]}
    />
  );
}

export function ProfilesCard({ status: { profiles } }: CardProps): ReactElement {
  const strings = useStrings(overviewStrings);
  return (
    <FactCard title={strings.facts.profiles} facts={[]}>
      {profiles.length === 0 && <p className="quiet">{strings.none}</p>}
      <ul className="profiles">
        {profiles.map(({ name, title, version, enabled, locked, policies, rules }) => (
          <li key={name}>
            <Icon
              name={enabled ? 'status-pass' : 'status-skipped'}
              className={`status-icon ${enabled ? 'pass' : 'skipped'}`}
            />
            <div className="grow">
              <p>{title}</p>
              <p className="caption">
                {strings.profileState(enabled, locked)}. {strings.profileFacts(version, policies, rules)}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </FactCard>
  );
}

function Certificate({ expiresAt }: { readonly expiresAt: string }): ReactElement {
  const strings = useStrings(overviewStrings);
  const language = useLanguage();
  const timeOf = useShownTime();
  const { daysLeft, needsLook } = certificateAge(expiresAt, timeOf());
  return (
    <span className="with-glyph">
      {needsLook && <Icon name="status-warn" className="status-icon warn" />}
      {strings.certificateUntil(dateText(expiresAt, language), daysLeft)}
    </span>
  );
}

/** Those that hold; null where there are none. */
function addressesOf(side: AddressSide | null): string | null {
  const lines = side?.lines.filter(({ state }) => state === 'confirmed' || state === 'probable') ?? [];
  const addresses = lines.flatMap((line) => line.addresses);
  return addresses.length === 0 ? null : addresses.join(', ');
}
