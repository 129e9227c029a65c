// The application menu: macOS shows it and needs it for shortcuts; elsewhere it is hidden and its shortcuts work.
import type { Language } from '../../protocol/language.ts';
import type { Strings } from './strings.ts';
import { trayStrings } from './tray-strings.ts';

export type ApplicationItemId = 'about' | 'settings' | 'documentation' | 'quit';

export type ApplicationItem =
  | { readonly type: 'separator' }
  | {
      readonly role: 'hide' | 'undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'selectAll' | 'minimize' | 'close';
    }
  | { readonly id: ApplicationItemId; readonly label: string; readonly accelerator?: string };

export type ApplicationMenu = readonly {
  readonly label: string;
  readonly items: readonly ApplicationItem[];
}[];

/** Without the roles that reload a page or open its tools: F5 belongs to the page, and tools to a checkout. */
export function applicationMenu(platform: string, language: Language): ApplicationMenu {
  const { settings, about } = trayStrings[language];
  const words = strings[language];
  return [
    {
      label: 'OpenGSA',
      items: [
        { id: 'about', label: about },
        { type: 'separator' },
        { id: 'settings', label: settings, accelerator: 'CommandOrControl+,' },
        { type: 'separator' },
        ...(platform === 'darwin' ? ([{ role: 'hide' }] as const) : []),
        { id: 'quit', label: words.quit, accelerator: 'CommandOrControl+Q' },
      ],
    },
    {
      label: words.edit,
      items: [
        ...([{ role: 'undo' }, { role: 'redo' }, { type: 'separator' }] as const),
        ...([{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] as const),
      ],
    },
    { label: words.window, items: [{ role: 'minimize' }, { role: 'close' }] },
    { label: words.help, items: [{ id: 'documentation', label: words.documentation, accelerator: 'F1' }] },
  ];
}

type MenuStrings = Readonly<Record<'quit' | 'edit' | 'window' | 'help' | 'documentation', string>>;

const strings: Strings<MenuStrings> = {
  en: { quit: 'Quit', edit: 'Edit', window: 'Window', help: 'Help', documentation: 'Documentation' },
  de: {
    quit: 'Beenden',
    edit: 'Bearbeiten',
    window: 'Fenster',
    help: 'Hilfe',
    documentation: 'Dokumentation',
  },
};
