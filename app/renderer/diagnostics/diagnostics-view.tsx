// The diagnostics window: the tabs, the state in one line, and the view that is chosen.
import {
  type ComponentType,
  lazy,
  type ReactElement,
  Suspense,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { type DiagnosticsTab, diagnosticsTabs } from '../../../protocol/window-tabs.ts';
import { windowWords } from '../../shared/window-words.ts';
import { FaultMessage } from '../components/fault-message.tsx';
import { Icon } from '../components/icon.tsx';
import { Shield } from '../components/shield.tsx';
import { useTimeOfDay } from '../time-of-day.ts';
import { useLanguage, useStrings, useTransport, useWindowState, WindowProvider } from '../window-context.tsx';
import { useWindowKeys } from '../window-keys.ts';
import './diagnostics.css';
import { DiagnosticsContext } from './diagnostics-context.ts';
import { diagnosticsStrings } from './diagnostics-strings.ts';
import { BundleBar } from './shown-bundle/bundle-bar.tsx';
import { shownBundleStrings } from './shown-bundle/shown-bundle-strings.ts';
import { useShownBundle } from './shown-bundle/use-shown-bundle.ts';
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
  const strings = useStrings(diagnosticsStrings);
  const bundleStrings = useStrings(shownBundleStrings);
  const { shown, fault, forgetFault, open, close } = useShownBundle();
  // Why a file was not opened has been read by whoever goes on to another tab.
  const show = useCallback(
    (tab: DiagnosticsTab) => {
      choose(tab);
      forgetFault();
    },
    [forgetFault],
  );
  useEffect(() => transport.on('tab', show), [transport, show]);
  const file = useRef<HTMLInputElement>(null);
  const chooseBundle = (): void => file.current?.click();
  const bundle = shown?.bundle ?? null;
  return (
    <DiagnosticsContext value={{ bundle, show, chooseBundle }}>
      <div className="diagnostics">
        <header className="app-bar">
          <TabList
            label={strings.tabs}
            tabs={diagnosticsTabs}
            titles={strings.titles}
            chosen={chosen}
            choose={show}
          />
          {bundle === null && <LiveState />}
          <button
            className="button subtle icon-only"
            type="button"
            aria-label={bundleStrings.open}
            title={bundleStrings.open}
            onClick={chooseBundle}
          >
            <Icon name="ui-open" />
          </button>
          <input
            className="file-input"
            type="file"
            accept=".gz,.json"
            ref={file}
            aria-label={bundleStrings.open}
            onChange={({ target }) => {
              const [picked] = target.files ?? [];
              if (picked !== undefined) void open(picked);
              // The same file can be chosen again.
              target.value = '';
            }}
          />
        </header>
        {fault !== null && <FaultMessage text={fault} />}
        {shown === null ? (
          <ChosenView tab={chosen} />
        ) : (
          <WindowProvider store={shown.store} key={shown.bundle.createdAt}>
            <BundleBar bundle={shown.bundle} close={close} />
            <ChosenView tab={chosen} />
          </WindowProvider>
        )}
      </div>
    </DiagnosticsContext>
  );
}

function ChosenView({ tab }: { readonly tab: DiagnosticsTab }): ReactElement {
  const View = views[tab];
  return (
    <main className="view-frame">
      <div className="view" role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        <Suspense>
          <View />
        </Suspense>
      </div>
    </main>
  );
}

/** The state in one line. */
function LiveState(): ReactElement {
  const words = windowWords(useWindowState(), useLanguage(), useTimeOfDay());
  return (
    <span className="app-state" role="status" title={words.title}>
      <Shield shield={words.shield} size={22} />
      <span className="words">{words.title}</span>
    </span>
  );
}

function tabNamed(name: string | null): DiagnosticsTab | null {
  return diagnosticsTabs.find((tab) => tab === name) ?? null;
}
