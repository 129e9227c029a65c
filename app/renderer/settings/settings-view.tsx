// Settings of the windows: theme, language, start at login, notifications.
import type { ReactElement } from 'react';

export function SettingsView(): ReactElement {
  return <main className="settings" />;
}
