import { describe, expect, it } from 'vitest';
import { boundsToOpen, USUAL_SIZE } from '../../src-main/shell/window-bounds.ts';

const left = { x: 0, y: 25, width: 1440, height: 875 };
const right = { x: 1440, y: 0, width: 1920, height: 1040 };
const at = (x: number, y: number) => ({ x, y, width: 800, height: 600 });

describe('where the window opens', () => {
  it.each([
    ['where it was', at(100, 100)],
    ['on the second display', at(1600, 50)],
    ['across both', at(1200, 100)],
    ['partly out of sight, but within reach', at(-700, 25)],
  ])('opens %s', (_where, bounds) => {
    expect(boundsToOpen(bounds, [left, right])).toEqual(bounds);
  });

  it.each([
    ['never shown before', undefined],
    ['its display is gone', at(4000, 100)],
    ['its title bar is above the display', at(100, -20)],
    ['its title bar is below the display', at(100, 1030)],
    ['only its edge could be seen', at(-790, 100)],
    ['it was too small to use', { ...at(100, 100), width: 100 }],
  ])('has its usual size in a usual place when %s', (_why, bounds) => {
    expect(boundsToOpen(bounds, [left, right])).toEqual(USUAL_SIZE);
  });
});
