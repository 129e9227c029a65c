// The texts of the tab health check. Titles and findings come from the agent.
import type { HealthGroup } from '../../../../protocol/health-checks.ts';
import type { HealthCheck } from '../../../../protocol/health-report.ts';
import type { HealthList } from '../../../shared/health-list.ts';
import type { Strings } from '../../../shared/strings.ts';

export type HealthStrings = {
  readonly title: string;
  readonly running: string;
  readonly runAll: string;
  readonly runAgain: string;
  readonly runAgainNamed: (title: string) => string;
  readonly showAddress: string;
  readonly copy: (text: string) => string;
  readonly first: string;
  readonly measured: string;
  readonly why: string;
  readonly remedy: string;
  readonly noRemedy: string;
  readonly states: Readonly<Record<HealthCheck['state'], string>>;
  readonly groups: Readonly<Record<HealthGroup, string>>;
  readonly summary: (counts: HealthList['counts']) => string;
  /** @param took null where it is not known */
  readonly runAt: (time: string, took: string | null) => string;
  readonly fine: (passed: number, skipped: number) => string;
};

export const healthStrings: Strings<HealthStrings> = {
  en: {
    title: 'Health check',
    running: 'The checks are running.',
    runAll: 'Run all again',
    runAgain: 'Run again',
    runAgainNamed: (title) => `Run again: ${title}`,
    showAddress: 'Show in Source address',
    copy: (text) => `Copy ${text}`,
    first: 'Look at these first',
    measured: 'Measured',
    why: 'Why it matters',
    remedy: 'What to do',
    noRemedy: 'Mend what fails above it, or run it again in a moment.',
    states: {
      failed: 'Failed',
      warning: 'Warning',
      unknown: 'No answer',
      ok: 'Passed',
      'not-applicable': 'Skipped',
    },
    groups: {
      device: 'Device',
      network: 'Network',
      edge: 'Edge',
      capture: 'Capture',
      browsers: 'Names and browsers',
      transparent: 'Transparent capture',
    },
    summary({ all, failed, warning, unknown }) {
      const parts = [
        failed === 0 && warning + unknown === 0
          ? `All ${all} checks passed or were skipped`
          : `${failed === 0 ? 'None' : failed} of ${all} checks failed`,
        ...(warning === 0 ? [] : [`${warning} gave a warning`]),
        ...(unknown === 0 ? [] : [`${unknown} gave no answer`]),
      ];
      return `${parts.join(', ')}.`;
    },
    runAt: (time, took) => (took === null ? `Run at ${time}.` : `Run at ${time} in ${took}.`),
    fine: (passed, skipped) => `${passed} passed, ${skipped} skipped`,
  },
  de: {
    title: 'Integritätsprüfung',
    running: 'Die Prüfungen laufen.',
    runAll: 'Alle erneut prüfen',
    runAgain: 'Erneut prüfen',
    runAgainNamed: (title) => `Erneut prüfen: ${title}`,
    showAddress: 'In Quelladresse zeigen',
    copy: (text) => `${text} kopieren`,
    first: 'Zuerst ansehen',
    measured: 'Gemessen',
    why: 'Warum es wichtig ist',
    remedy: 'Was zu tun ist',
    noRemedy: 'Beheben Sie, was darüber fehlschlägt, oder prüfen Sie in einem Moment erneut.',
    states: {
      failed: 'Fehlgeschlagen',
      warning: 'Warnung',
      unknown: 'Keine Antwort',
      ok: 'Bestanden',
      'not-applicable': 'Übersprungen',
    },
    groups: {
      device: 'Gerät',
      network: 'Netzwerk',
      edge: 'Edge',
      capture: 'Erfassung',
      browsers: 'Namen und Browser',
      transparent: 'Transparente Erfassung',
    },
    summary({ all, failed, warning, unknown }) {
      const parts = [
        failed === 0 && warning + unknown === 0
          ? `Alle ${all} Prüfungen bestanden oder übersprungen`
          : `${failed === 0 ? 'Keine' : failed} von ${all} Prüfungen fehlgeschlagen`,
        ...(warning === 0 ? [] : [`${warning} ${warning === 1 ? 'Warnung' : 'Warnungen'}`]),
        ...(unknown === 0 ? [] : [`${unknown} ohne Antwort`]),
      ];
      return `${parts.join(', ')}.`;
    },
    runAt: (time, took) => (took === null ? `Geprüft um ${time}.` : `Geprüft um ${time} in ${took}.`),
    fine: (passed, skipped) => `${passed} bestanden, ${skipped} übersprungen`,
  },
};
