// When a window is seen first: once its page is painted, and not before somebody wants it.
import type { BrowserWindow } from 'electron';
import type { Placement } from '../shared/window-placement.ts';

/**
 * Returns what shows the window.
 *
 * @param placed where it belongs; asked when it is first seen, since screens come and go while it waits
 */
export function createShow(window: BrowserWindow, placed: () => Placement): () => void {
  let wanted = false;
  let painted = false;
  let seen = false;
  const show = (): void => {
    if (!seen) window.setBounds(placed());
    seen = true;
    if (window.isMinimized()) window.restore();
    window.show();
  };
  window.once('ready-to-show', () => {
    painted = true;
    if (wanted && !seen) show();
  });
  return () => {
    // Who asks twice sees what there is, even where the page does not load.
    if (painted || wanted) show();
    wanted = true;
  };
}
