// The texts of the diagnostics window's frame.
import type { DiagnosticsTab } from '../../../protocol/window-tabs.ts';
import type { Strings } from '../../shared/strings.ts';

type DiagnosticsStrings = {
  readonly tabs: string;
  readonly titles: Readonly<Record<DiagnosticsTab, string>>;
};

export const diagnosticsStrings: Strings<DiagnosticsStrings> = {
  en: {
    tabs: 'Diagnostics',
    titles: {
      'source-address': 'Source address',
      overview: 'Overview',
      'health-check': 'Health check',
      'forwarding-profile': 'Forwarding profile',
      'hostname-acquisition': 'Hostname acquisition',
      traffic: 'Traffic',
      'log-collection': 'Advanced log collection',
    },
  },
  de: {
    tabs: 'Diagnose',
    titles: {
      'source-address': 'Quelladresse',
      overview: 'Übersicht',
      'health-check': 'Integritätsprüfung',
      'forwarding-profile': 'Weiterleitungsprofil',
      'hostname-acquisition': 'Hostnamenerfassung',
      traffic: 'Datenverkehr',
      'log-collection': 'Erweiterte Protokollsammlung',
    },
  },
};
