// What the tray says beside the agent's own words.
import type { Strings } from './strings.ts';

export type TrayStrings = {
  readonly connectedThrough: (edge: string) => string;
  readonly pausedUntil: (time: string) => string;
  /** @param services how many of those that are watched will see the person's own address */
  readonly connectedTip: (title: string, services: number) => string;
  readonly profile: string;
  readonly pauseMinutes: (minutes: number) => string;
  readonly pause: string;
  readonly resume: string;
  readonly status: string;
  readonly diagnostics: string;
  readonly collectLogs: string;
  readonly settings: string;
  readonly about: string;
  readonly quit: string;
  readonly quitWhileRouting: string;
  /** Why an item cannot be chosen. */
  readonly why: {
    readonly starting: string;
    readonly absent: string;
    readonly denied: string;
    readonly refused: string;
    readonly locked: string;
    readonly notEnrolled: string;
    readonly noProfile: string;
    readonly nothingToPause: string;
  };
};

export const trayStrings: Strings<TrayStrings> = {
  en: {
    connectedThrough: (edge) => `Connected through ${edge}`,
    pausedUntil: (time) => `Paused until ${time}`,
    connectedTip: (title, services) =>
      `${title}. ${services} ${services === 1 ? 'service' : 'services'} will see your own address`,
    profile: 'Microsoft traffic profile',
    pauseMinutes: (minutes) => `Pause for ${minutes} minutes`,
    pause: 'Pause',
    resume: 'Resume now',
    status: 'Connection status…',
    diagnostics: 'Advanced diagnostics…',
    collectLogs: 'Collect logs…',
    settings: 'Settings…',
    about: 'About OpenGSA',
    quit: 'Quit window',
    quitWhileRouting: 'Quit window (routing keeps running)',
    why: {
      starting: 'starting',
      absent: 'not running',
      denied: 'no access',
      refused: 'cannot talk to the service',
      locked: 'locked',
      notEnrolled: 'not enrolled',
      noProfile: 'none assigned',
      nothingToPause: 'nothing to pause',
    },
  },
  de: {
    connectedThrough: (edge) => `Verbunden über ${edge}`,
    pausedUntil: (time) => `Pausiert bis ${time}`,
    connectedTip: (title, services) =>
      `${title}. ${services} ${services === 1 ? 'Dienst sieht' : 'Dienste sehen'} Ihre eigene Adresse`,
    profile: 'Microsoft-Datenverkehrsprofil',
    pauseMinutes: (minutes) => `${minutes} Minuten pausieren`,
    pause: 'Pausieren',
    resume: 'Jetzt fortsetzen',
    status: 'Verbindungsstatus…',
    diagnostics: 'Erweiterte Diagnose…',
    collectLogs: 'Protokolle sammeln…',
    settings: 'Einstellungen…',
    about: 'Über OpenGSA',
    quit: 'Fenster beenden',
    quitWhileRouting: 'Fenster beenden (Weiterleitung läuft weiter)',
    why: {
      starting: 'startet',
      absent: 'läuft nicht',
      denied: 'kein Zugriff',
      refused: 'Dienst nicht ansprechbar',
      locked: 'gesperrt',
      notEnrolled: 'nicht registriert',
      noProfile: 'keines zugewiesen',
      nothingToPause: 'nichts zu pausieren',
    },
  },
};
