// What the person chose about the windows, kept by electron-store. The agent's settings are the agent's.
import Store, { type Schema } from 'electron-store';
import type { WindowSettings } from '../../protocol/window.ts';
import type { Bounds } from '../shared/window-placement.ts';

export type ViewName = 'status' | 'diagnostics' | 'settings';

export type Preferences = {
  readonly settings: () => WindowSettings;
  /** @returns all of them after the change. @throws Error where they cannot be kept: they are as they were then */
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
  // The store reads its file whenever it is asked; every status asks for the language.
  let { settings, bounds } = store.store;
  return {
    settings: () => settings,
    change(changes) {
      const changed = { ...settings, ...changes };
      store.set('settings', changed);
      settings = changed;
      return settings;
    },
    bounds: (view) => bounds[view] ?? null,
    rememberBounds(view, place) {
      bounds = { ...bounds, [view]: place };
      try {
        store.set('bounds', bounds);
      } catch (error) {
        // A window closes all the same.
        process.stderr.write(`Where the window ${view} was is not kept: ${String(error)}\n`);
      }
    },
  };
}
