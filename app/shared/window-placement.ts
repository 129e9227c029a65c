// Where a window opens: where it was, if a person can still see and move it there.

export type Bounds = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};
export type WindowSize = { readonly width: number; readonly height: number };
export type Placement = WindowSize & { readonly x?: number; readonly y?: number };

/** So much of a window must lie on the screen, in pixels, for its title bar to be got hold of. */
const graspable = 100;

/**
 * @param remembered null where the window was never opened
 * @param area of the display that is nearest to the remembered place, without its panels
 */
export function placeWindow(
  remembered: Bounds | null,
  size: WindowSize,
  minimum: WindowSize,
  area: Bounds,
): Placement {
  const wanted = remembered ?? size;
  const width = clamp(wanted.width, minimum.width, area.width);
  const height = clamp(wanted.height, minimum.height, area.height);
  if (remembered === null) return { width, height };
  const { x, y } = remembered;
  const seen =
    x + width >= area.x + graspable &&
    x <= area.x + area.width - graspable &&
    y >= area.y &&
    y <= area.y + area.height - graspable;
  return seen ? { x, y, width, height } : { width, height };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
