// The diagnostics window: the tabs, the state in one line, and the view that is chosen.
import { type ComponentType, lazy, type ReactElement, Suspense, useEffect, useState } from 'react';
import { type DiagnosticsTab, diagnosticsTabs } from '../../../protocol/window-tabs.ts';
import { windowWords } from '../../shared/window-words.ts';
import { Shield } from '../components/shield.tsx';
import { useTimeOfDay } from '../time-of-day.ts';
import { useLanguage, useStrings, useTransport, useWindowState } from '../window-context.tsx';
import { useWindowKeys } from '../window-keys.ts';
import { diagnosticsStrings } from './diagnostics-strings.ts';
import { TabList } from './tab-list.tsx';

/** Each tab is a chunk of its own: the window opens with the one that is asked for. */
const views: Readonly<Record<DiagnosticsTab, ComponentType>> = {
  'source-address': lazy(async () => ({
    default: (await import('./source-address/source-address-tab.tsx')).SourceAddressTab,
  })),
  overview: lazy(async () => ({ default: (await import('./overview/overview-tab.tsx')).OverviewTab })),
  'health-check': lazy(async () => ({
    default: (await import('./health-check/health-check-tab.tsx')).HealthCheckTab,
  })),
  'forwarding-profile': lazy(async () => ({
    default: (await import('./forwarding-profile/forwarding-profile-tab.tsx')).ForwardingProfileTab,
  })),
  'hostname-acquisition': lazy(async () => ({
    default: (await import('./hostname-acquisition/hostname-acquisition-tab.tsx')).HostnameAcquisitionTab,
  })),
  traffic: lazy(async () => ({ default: (await import('./traffic/traffic-tab.tsx')).TrafficTab })),
  'log-collection': lazy(async () => ({
    default: (await import('./log-collection/log-collection-tab.tsx')).LogCollectionTab,
  })),
};

export function DiagnosticsView({ firstTab }: { readonly firstTab: string | null }): ReactElement {
  useWindowKeys();
  const transport = useTransport();
  const [chosen, choose] = useState<DiagnosticsTab>(tabNamed(firstTab) ?? 'source-address');
  useEffect(() => transport.on('tab', choose), [transport]);
  const strings = useStrings(diagnosticsStrings);
  const words = windowWords(useWindowState(), useLanguage(), useTimeOfDay());
  const View = views[chosen];
  return (
    <div className="diagnostics">
      <header className="app-bar">
        <TabList
          label={strings.tabs}
          tabs={diagnosticsTabs}
          titles={strings.titles}
          chosen={chosen}
          choose={choose}
        />
        <span className="app-state" role="status">
          <Shield shield={words.shield} size={22} />
          {words.title}
        </span>
      </header>
      <main className="view-frame">
        <div className="view" role="tabpanel" id={`panel-${chosen}`} aria-labelledby={`tab-${chosen}`}>
          <Suspense>
            <View />
          </Suspense>
        </div>
      </main>
    </div>
  );
}

function tabNamed(name: string | null): DiagnosticsTab | null {
  return diagnosticsTabs.find((tab) => tab === name) ?? null;
}
