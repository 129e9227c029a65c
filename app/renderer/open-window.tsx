// One window: asks for what the first picture needs, then shows the view that the address names.
import { lazy, type ReactElement, Suspense } from 'react';
import type { Transport } from '../shared/transport.ts';
import { StatusView } from './status/status-view.tsx';
import { connectWindow } from './window-store.ts';
import { WindowProvider } from './window-context.tsx';

const DiagnosticsView = lazy(async () => ({
  default: (await import('./diagnostics/diagnostics-view.tsx')).DiagnosticsView,
}));
const SettingsView = lazy(async () => ({
  default: (await import('./settings/settings-view.tsx')).SettingsView,
}));

/** `?view=status|diagnostics|settings`, and for diagnostics `&tab=`. */
export async function openWindow(transport: Transport, location: Location): Promise<ReactElement> {
  const store = await connectWindow(transport);
  const asked = new URLSearchParams(location.search);
  return (
    <WindowProvider store={store}>
      <Suspense>
        <View name={asked.get('view')} tab={asked.get('tab')} />
      </Suspense>
    </WindowProvider>
  );
}

function View({ name, tab }: { readonly name: string | null; readonly tab: string | null }): ReactElement {
  switch (name) {
    case 'diagnostics':
      return <DiagnosticsView firstTab={tab} />;
    case 'settings':
      return <SettingsView />;
    default:
      return <StatusView />;
  }
}
