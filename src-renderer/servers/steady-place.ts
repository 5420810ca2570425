import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

const ROW = '[data-server]';

/** Where the pointer or the focus is: a row, and which of its controls. */
interface Place {
  readonly row: HTMLElement;
  readonly control: string | undefined;
}

/**
 * Rows change their group while somebody points at one or has the focus in it. After each change the list is scrolled so
 * that this row stays where it was, and a focus that was lost by the move, or with the button that went, is put back.
 */
export function useSteadyPlace(list: RefObject<HTMLElement | null>): void {
  const focused = useRef<Place>(undefined);
  const pointed = useRef<HTMLElement>(undefined);
  /** The row that stays where it is, and where that is. Of the others nothing is measured: that would lay out the list. */
  const held = useRef<{ readonly row: HTMLElement; readonly top: number }>(undefined);

  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const hold = (): void => {
      const row = pointed.current ?? focused.current?.row;
      held.current = row && { row, top: row.offsetTop - element.scrollTop };
    };
    const onFocus = (event: FocusEvent): void => {
      focused.current = placeOf(event.target);
      hold();
    };
    const onBlur = (event: FocusEvent): void => {
      // Without a next element the focus was lost, not moved: that is what is put back.
      if (event.relatedTarget) focused.current = undefined;
    };
    const onPointer = (event: PointerEvent): void => {
      pointed.current = placeOf(event.target)?.row;
      hold();
    };
    const onLeave = (): void => {
      pointed.current = undefined;
      hold();
    };
    const onPress = (event: PointerEvent): void => {
      if (event.target instanceof Node && !element.contains(event.target)) focused.current = undefined;
    };
    element.addEventListener('focusin', onFocus);
    element.addEventListener('focusout', onBlur);
    element.addEventListener('pointerover', onPointer);
    element.addEventListener('pointerleave', onLeave);
    document.addEventListener('pointerdown', onPress);
    // A person's own scrolling is where the row is from then on.
    element.addEventListener('scroll', hold, { passive: true });
    return () => {
      element.removeEventListener('scroll', hold);
      element.removeEventListener('focusin', onFocus);
      element.removeEventListener('focusout', onBlur);
      element.removeEventListener('pointerover', onPointer);
      element.removeEventListener('pointerleave', onLeave);
      document.removeEventListener('pointerdown', onPress);
    };
  }, [list]);

  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const place = focused.current;
    if (place?.row.isConnected && document.activeElement === document.body) focusAgain(place);
    const anchor = pointed.current ?? place?.row;
    if (!anchor?.isConnected) return;
    const { row, top } = held.current ?? {};
    if (row === anchor && top !== undefined) element.scrollTop += anchor.offsetTop - element.scrollTop - top;
    held.current = { row: anchor, top: anchor.offsetTop - element.scrollTop };
  });
}

function placeOf(target: EventTarget | null): Place | undefined {
  if (!(target instanceof HTMLElement) && !(target instanceof SVGElement)) return undefined;
  const row = target.closest<HTMLElement>(ROW);
  if (!row) return undefined;
  return { row, control: target.closest<HTMLElement>('[data-control]')?.dataset.control };
}

function focusAgain({ row, control }: Place): void {
  const same = control ? row.querySelector<HTMLElement>(`[data-control="${control}"]`) : null;
  (same ?? row.querySelector<HTMLElement>('[data-control="menu"]'))?.focus({ preventScroll: true });
}
