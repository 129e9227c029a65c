// The texts of the settings.
import type { Language } from '../../../protocol/language.ts';
import type { WindowSettings } from '../../../protocol/window.ts';
import type { Strings } from '../../shared/strings.ts';

type SettingsStrings = {
  readonly title: string;
  readonly appearance: string;
  readonly theme: string;
  readonly themes: Readonly<Record<WindowSettings['theme'], string>>;
  readonly language: string;
  readonly languages: Readonly<Record<'system' | Language, string>>;
  readonly behaviour: string;
  readonly startAtLogin: string;
  readonly startAtLoginHint: string;
  readonly notifications: string;
  readonly notificationsHint: string;
  readonly about: string;
  readonly version: (version: string) => string;
  readonly documentation: string;
  readonly notSaved: (message: string) => string;
};

/** A language is called what those call it who read it. */
const names = { en: 'English', de: 'Deutsch' };

export const settingsStrings: Strings<SettingsStrings> = {
  en: {
    title: 'Settings',
    appearance: 'Appearance',
    theme: 'Theme',
    themes: { system: 'Same as the system', light: 'Light', dark: 'Dark' },
    language: 'Language',
    languages: { system: 'Same as the system', ...names },
    behaviour: 'Behaviour',
    startAtLogin: 'Start when you sign in to this computer',
    startAtLoginHint: 'Shows the state in the tray. The service runs without it.',
    notifications: 'Notifications',
    notificationsHint: 'When the edge is lost, when it is back, and when you have to act.',
    about: 'About OpenGSA',
    version: (version) => `Version ${version}`,
    documentation: 'Documentation',
    notSaved: (message) => `Not saved: ${message}`,
  },
  de: {
    title: 'Einstellungen',
    appearance: 'Darstellung',
    theme: 'Design',
    themes: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
    language: 'Sprache',
    languages: { system: 'Wie das System', ...names },
    behaviour: 'Verhalten',
    startAtLogin: 'Bei der Anmeldung an diesem Computer starten',
    startAtLoginHint: 'Zeigt den Zustand in der Taskleiste. Der Dienst läuft auch ohne.',
    notifications: 'Benachrichtigungen',
    notificationsHint: 'Wenn das Edge ausfällt, wenn es wieder da ist und wenn Sie handeln müssen.',
    about: 'Über OpenGSA',
    version: (version) => `Version ${version}`,
    documentation: 'Dokumentation',
    notSaved: (message) => `Nicht gespeichert: ${message}`,
  },
};
