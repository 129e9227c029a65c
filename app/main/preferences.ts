// What the person chose about the windows, kept by electron-store. The agent's settings are the agent's.
import Store, { type Schema } from 'electron-store';
import type { WindowSettings } from '../../protocol/window.ts';
import type { Bounds } from '../shared/window-placement.ts';

export type ViewName = 'status' | 'diagnostics' | 'settings';

export type Preferences = {
  readonly settings: () => WindowSettings;
  /** @returns all of them after the change */
  readonly change: (changes: Partial<WindowSettings>) => WindowSettings;
  readonly bounds: (view: ViewName) => Bounds | null;
  readonly rememberBounds: (view: ViewName, bounds: Bounds) => void;
};

type Stored = { settings: WindowSettings; bounds: Partial<Record<ViewName, Bounds>> };

const defaults: Stored = {
  settings: { theme: 'system', language: 'system', startAtLogin: true, notifications: true },
  bounds: {},
};

const place = {
  type: 'object',
  properties: {
    x: { type: 'integer' },
    y: { type: 'integer' },
    width: { type: 'integer', minimum: 1 },
    height: { type: 'integer', minimum: 1 },
  },
  required: ['x', 'y', 'width', 'height'],
  additionalProperties: false,
};
const schema = {
  settings: {
    type: 'object',
    properties: {
      theme: { enum: ['system', 'light', 'dark'] },
      language: { enum: ['system', 'en', 'de'] },
      startAtLogin: { type: 'boolean' },
      notifications: { type: 'boolean' },
    },
    required: ['theme', 'language', 'startAtLogin', 'notifications'],
    additionalProperties: false,
  },
  bounds: {
    type: 'object',
    properties: { status: place, diagnostics: place, settings: place },
    additionalProperties: false,
  },
} satisfies Schema<Stored>;

/** `preferences.json` in the program's own folder; one that cannot be understood is begun anew. */
export function openPreferences(): Preferences {
  const store = new Store<Stored>({ name: 'preferences', schema, defaults, clearInvalidConfig: true });
  return {
    settings: () => store.get('settings'),
    change(changes) {
      store.set('settings', { ...store.get('settings'), ...changes });
      return store.get('settings');
    },
    bounds: (view) => store.get('bounds')[view] ?? null,
    rememberBounds: (view, bounds) => store.set('bounds', { ...store.get('bounds'), [view]: bounds }),
  };
}
