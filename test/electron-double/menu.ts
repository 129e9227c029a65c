// Electron's `Menu` and `MenuItem`: kept as they are told, and clicked by tests.
import type { MenuItemConstructorOptions } from 'electron';
import { StrictEmitter, StrictObject } from './strict.ts';

type Click = (item: MenuItem, window: undefined, event: object) => void;
type Role = NonNullable<MenuItemConstructorOptions['role']>;

/** A menu item as tests compare it. */
export type MenuEntry = {
  readonly id: string | null;
  readonly label: string;
  readonly type: string;
  readonly enabled: boolean;
  readonly visible: boolean;
  readonly checked: boolean;
  readonly role: string | null;
  readonly accelerator: string | null;
  readonly submenu: readonly MenuEntry[] | null;
};

export class MenuItem extends StrictObject {
  readonly id: string | undefined;
  readonly type: string;
  readonly role: Role | undefined;
  readonly accelerator: string | undefined;
  readonly submenu: Menu | undefined;
  readonly sublabel: string;
  readonly toolTip: string;
  readonly icon: unknown;
  label: string;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  readonly #onClick: Click | undefined;

  constructor(options: MenuItemConstructorOptions) {
    super('MenuItem');
    const { submenu, click } = options;
    this.submenu = Array.isArray(submenu)
      ? Menu.buildFromTemplate(submenu)
      : (submenu as unknown as Menu | undefined);
    this.id = options.id;
    this.role = options.role;
    this.type = options.type ?? (submenu === undefined ? 'normal' : 'submenu');
    this.accelerator = options.accelerator ?? undefined;
    this.label = options.label ?? options.role ?? '';
    this.sublabel = options.sublabel ?? '';
    this.toolTip = options.toolTip ?? '';
    this.icon = options.icon;
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    this.#onClick = click as unknown as Click | undefined;
    if (this.type === 'normal' && this.label === '') throw new Error('MenuItem must have a label or a role');
  }

  /** What a person's click does; Electron turns the check mark before it tells the program. */
  click(): void {
    if (!this.enabled || !this.visible) throw new Error(`the menu item "${this.label}" cannot be clicked`);
    if (this.type === 'checkbox') this.checked = !this.checked;
    if (this.#onClick === undefined && this.role !== undefined) {
      throw new Error(`Electron test double: nobody performs the role ${this.role}`);
    }
    this.#onClick?.(this, undefined, {});
  }
}

export class Menu extends StrictEmitter {
  readonly items: MenuItem[] = [];

  constructor() {
    super('Menu', ['menu-will-show', 'menu-will-close']);
  }

  static #application: Menu | null = null;

  static buildFromTemplate(template: (MenuItemConstructorOptions | MenuItem)[]): Menu {
    const menu = new Menu();
    for (const item of template) menu.append(item instanceof MenuItem ? item : new MenuItem(item));
    return menu;
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  append(item: MenuItem): void {
    this.items.push(item);
  }

  /** Looks into submenus as well. */
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found !== null && found !== undefined) return found;
    }
    return null;
  }

  popup(): void {
    this.emit('menu-will-show');
  }

  closePopup(): void {
    this.emit('menu-will-close');
  }
}

/** The menu as plain values, as it is at this moment. */
export function menuEntries(menu: Menu | null): readonly MenuEntry[] {
  return (menu?.items ?? []).map((item) => ({
    id: item.id ?? null,
    label: item.label,
    type: item.type,
    enabled: item.enabled,
    visible: item.visible,
    checked: item.checked,
    role: item.role ?? null,
    accelerator: item.accelerator ?? null,
    submenu: item.submenu === undefined ? null : menuEntries(item.submenu),
  }));
}
