// Settings of the windows: theme, language, start at login, notifications. Each takes effect at once.
import type { ReactElement } from 'react';
import { useCall } from '../use-call.ts';
import { useSettings, useStrings, useTransport } from '../window-context.tsx';
import { useWindowKeys } from '../window-keys.ts';
import { ChoiceRow } from './choice-row.tsx';
import { settingsStrings } from './settings-strings.ts';
import { ToggleRow } from './toggle-row.tsx';
import './settings.css';

export function SettingsView(): ReactElement {
  useWindowKeys();
  const strings = useStrings(settingsStrings);
  const settings = useSettings();
  const transport = useTransport();
  const { run: save, fault } = useCall('settings.set');
  return (
    <main className="settings">
      <h1>{strings.title}</h1>
      {fault !== null && (
        <p className="fault" role="alert">
          {strings.notSaved(fault)}
        </p>
      )}
      <section>
        <h2>{strings.appearance}</h2>
        <div className="card">
          <ChoiceRow
            {...{ id: 'theme', label: strings.theme, chosen: settings.theme }}
            options={[
              ['system', strings.themes.system],
              ['light', strings.themes.light],
              ['dark', strings.themes.dark],
            ]}
            choose={(theme) => void save({ theme })}
          />
          <ChoiceRow
            {...{ id: 'language', label: strings.language, chosen: settings.language }}
            options={[
              ['system', strings.languages.system],
              ['en', strings.languages.en],
              ['de', strings.languages.de],
            ]}
            choose={(language) => void save({ language })}
          />
        </div>
      </section>
      {transport.shell.kind === 'desktop' && (
        <section>
          <h2>{strings.behaviour}</h2>
          <div className="card">
            <ToggleRow
              {...{ id: 'start-at-login', label: strings.startAtLogin, hint: strings.startAtLoginHint }}
              on={settings.startAtLogin}
              turn={(startAtLogin) => void save({ startAtLogin })}
            />
            <ToggleRow
              {...{ id: 'notifications', label: strings.notifications, hint: strings.notificationsHint }}
              on={settings.notifications}
              turn={(notifications) => void save({ notifications })}
            />
          </div>
        </section>
      )}
      <section>
        <h2>{strings.about}</h2>
        <div className="card">
          <div className="row">
            <p className="grow">{strings.version(transport.shell.version)}</p>
            <button
              className="button"
              type="button"
              onClick={() => void transport.call('link.open', { link: 'documentation' })}
            >
              {strings.documentation}
            </button>
          </div>
        </div>
      </section>
    </main>
  );
}
