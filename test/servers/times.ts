/** Something that is to happen a number of times, and then no more. */
export interface Times {
  left: number;
}

export const times = (count = Number.POSITIVE_INFINITY): Times => ({ left: count });

/** Whether it happens now; one of the times is then used up. */
export function happens(what: Times | undefined): boolean {
  if (what === undefined || what.left <= 0) return false;
  what.left -= 1;
  return true;
}
