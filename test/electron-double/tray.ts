// Electron's `Tray`: the icon that tests look at and click.
import { type Menu, type MenuEntry, menuEntries } from './menu.ts';
import { NativeImage, toImage } from './native-image.ts';
import { StrictEmitter } from './strict.ts';

/** The tray icon as tests compare it. */
export type TrayState = {
  /** The file of the picture; null where it was not made from a file. */
  readonly icon: string | null;
  readonly tooltip: string;
  readonly title: string;
  /**
   * The menu as it was when the program last set it. As on Linux, a change to an item is not seen until it is set again;
   * only the check mark follows the person's click at once.
   */
  readonly menu: readonly MenuEntry[];
};

const trays: Tray[] = [];

export class Tray extends StrictEmitter {
  #image: NativeImage;
  #toolTip = '';
  #title = '';
  #menu: Menu | null = null;
  #shown: readonly MenuEntry[] = [];
  #destroyed = false;

  constructor(image: NativeImage | string) {
    super('Tray', ['click', 'right-click', 'double-click', 'middle-click']);
    this.#image = toImage(image);
    trays.push(this);
  }

  setImage(image: NativeImage | string): void {
    const next = toImage(image);
    if (next.isEmpty()) throw new Error('Electron test double: the picture of the tray icon is empty');
    this.#image = next;
  }

  setToolTip(text: string): void {
    this.#toolTip = text;
  }

  setTitle(text: string): void {
    this.#title = text;
  }

  getTitle(): string {
    return this.#title;
  }

  setContextMenu(menu: Menu | null): void {
    this.#menu = menu;
    this.#shown = menuEntries(menu);
  }

  setIgnoreDoubleClickEvents(): void {
    // Only macOS tells single and double clicks apart.
  }

  popUpContextMenu(menu: Menu | null = this.#menu): void {
    menu?.popup();
  }

  /** Linux does not tell where the icon is. */
  getBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 0, y: 0, width: 0, height: 0 };
  }

  destroy(): void {
    this.#destroyed = true;
    trays.splice(trays.indexOf(this), 1);
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** What tests see and do. */
  static readonly internals = {
    state: (tray: Tray): TrayState => ({
      icon: NativeImage.file(tray.#image),
      tooltip: tray.#toolTip,
      title: tray.#title,
      menu: tray.#shown,
    }),
    menu: (tray: Tray): Menu | null => tray.#menu,
    clickItem(tray: Tray, id: string): void {
      const item = tray.#menu?.getMenuItemById(id);
      if (item === undefined || item === null) throw new Error(`the tray menu has no item ${id}`);
      const before = tray.#menu;
      item.click();
      if (tray.#menu === before && item.type === 'checkbox')
        tray.#shown = checked(tray.#shown, id, item.checked);
    },
  };
}

/** The icons there are; a program keeps one for life. */
export function shownTrays(): readonly Tray[] {
  return trays;
}

function checked(entries: readonly MenuEntry[], id: string, on: boolean): readonly MenuEntry[] {
  return entries.map((entry) => ({
    ...entry,
    checked: entry.id === id ? on : entry.checked,
    submenu: entry.submenu === null ? null : checked(entry.submenu, id, on),
  }));
}
