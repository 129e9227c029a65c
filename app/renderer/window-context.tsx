// How views get at the window's store: hooks, and what holds for the whole page (language and theme).
import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useSyncExternalStore,
} from 'react';
import type { Language } from '../../protocol/language.ts';
import type { WindowSettings, WindowState } from '../../protocol/window.ts';
import type { Strings } from '../shared/strings.ts';
import type { Transport } from '../shared/transport.ts';
import type { WindowStore } from './window-store.ts';

const StoreContext = createContext<WindowStore | null>(null);

export function WindowProvider({
  store,
  children,
}: {
  readonly store: WindowStore;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <StoreContext value={store}>
      <PageSettings />
      {children}
    </StoreContext>
  );
}

/** Puts language and theme on the page itself, where style sheets and screen readers look. */
function PageSettings(): null {
  const language = useLanguage();
  const { theme } = useSettings();
  useEffect(() => {
    document.documentElement.lang = language;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [language, theme]);
  return null;
}

export function useTransport(): Transport {
  return useStore().transport;
}

export function useWindowState(): WindowState {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => store.known().state);
}

export function useSettings(): WindowSettings {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => store.known().settings);
}

export function useLanguage(): Language {
  const { language } = useSettings();
  const { shell } = useTransport();
  return language === 'system' ? shell.systemLanguage : language;
}

/** The strings of a view in the person's language. */
export function useStrings<T>(strings: Strings<T>): T {
  return strings[useLanguage()];
}

function useStore(): WindowStore {
  const store = useContext(StoreContext);
  if (store === null) throw new Error('a view is used outside of its window');
  return store;
}
