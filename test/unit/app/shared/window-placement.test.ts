// Where windows open.
import { expect, test } from 'vitest';
import { placeWindow } from '../../../../app/shared/window-placement.ts';

const area = { x: 0, y: 0, width: 1920, height: 1040 };
const first = { width: 420, height: 600 };
const least = { width: 360, height: 400 };

test('the first time in its own size, where the desktop puts it', () => {
  expect(placeWindow(null, first, least, area)).toEqual(first);
});

test('then where and as large as it was', () => {
  const was = { x: 100, y: 50, width: 500, height: 700 };
  expect(placeWindow(was, first, least, area)).toEqual(was);
});

test.each([
  ['left of all displays', { x: -450, y: 50 }],
  ['right of them', { x: 1900, y: 50 }],
  ['above, where its title bar is out of reach', { x: 100, y: -20 }],
  ['below', { x: 100, y: 1000 }],
])('a place %s is forgotten, its size is not', (_, place) => {
  const was = { ...place, width: 500, height: 700 };
  expect(placeWindow(was, first, least, area)).toEqual({ width: 500, height: 700 });
});

test('it fits a smaller display, and is never too small to use', () => {
  const small = { x: 0, y: 0, width: 400, height: 500 };
  expect(placeWindow({ x: 0, y: 0, width: 1280, height: 800 }, first, least, small)).toEqual({
    ...{ x: 0, y: 0, width: 400, height: 500 },
  });
  expect(placeWindow({ x: 9, y: 9, width: 1, height: 1 }, first, least, area)).toMatchObject(least);
});
