import type { Rectangle } from 'electron';

export const USUAL_SIZE = { width: 860, height: 640 } as const;
export const SMALLEST_SIZE = { width: 400, height: 320 } as const;

/** So much of the window's top edge must be on a display for a hand to reach it. */
const REACHABLE_PX = 80;

/** The bounds of last time, if a person can still reach the window there; otherwise its usual size, placed by the system. */
export function boundsToOpen(
  saved: Rectangle | undefined,
  workAreas: readonly Rectangle[],
): Rectangle | typeof USUAL_SIZE {
  if (!saved || saved.width < SMALLEST_SIZE.width || saved.height < SMALLEST_SIZE.height) return USUAL_SIZE;
  const isReachable = workAreas.some(
    (area) =>
      saved.y >= area.y &&
      saved.y <= area.y + area.height - REACHABLE_PX &&
      saved.x + saved.width >= area.x + REACHABLE_PX &&
      saved.x <= area.x + area.width - REACHABLE_PX,
  );
  return isReachable ? saved : USUAL_SIZE;
}
