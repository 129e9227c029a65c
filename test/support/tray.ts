// Looks into the tray's model.
import type { TrayItem, TrayItemId, TrayModel } from '../../app/shared/tray-model.ts';

export function trayItem(model: TrayModel, id: TrayItemId): TrayItem | undefined {
  return model.menu.find((item) => item.type !== 'separator' && item.id === id);
}
