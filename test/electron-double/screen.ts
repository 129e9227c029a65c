// Electron's `screen`: one display.
import type { Display, Point, Rectangle } from 'electron';
import { desktop } from './desktop.ts';
import { lifecycle } from './lifecycle.ts';
import { StrictEmitter } from './strict.ts';

class Screen extends StrictEmitter {
  constructor() {
    super('screen', ['display-added', 'display-removed', 'display-metrics-changed']);
  }

  getPrimaryDisplay(): Display {
    if (!lifecycle.ready) throw new Error("The 'screen' module can't be used before the app 'ready' event");
    return desktop.state.display;
  }

  getAllDisplays(): Display[] {
    return [this.getPrimaryDisplay()];
  }

  getDisplayNearestPoint(_point: Point): Display {
    return this.getPrimaryDisplay();
  }

  getDisplayMatching(_rectangle: Rectangle): Display {
    return this.getPrimaryDisplay();
  }

  getCursorScreenPoint(): Point {
    return { x: 0, y: 0 };
  }
}

export const screen = new Screen();
