import { type KeyboardEvent, type PointerEvent, Suspense, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { DotsIcon } from './icons.tsx';
import { later } from './later.ts';

const OpenMenu = later(async () => (await import('./open-menu.tsx')).OpenMenu);

/** Where the focus is when a menu opens: on an item, or, under a pointer, on the menu itself. */
export type MenuFocus = 'first' | 'last' | true;

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
}

interface MenuButtonProps {
  readonly label: string;
  /** Asked for while the menu is open. Between them stands a line. */
  readonly groups: () => readonly (readonly MenuEntry[])[];
  readonly 'data-control'?: string;
}

const KEYS: Readonly<Record<string, MenuFocus>> = { Enter: 'first', ' ': 'first', ArrowDown: 'first', ArrowUp: 'last' };

/**
 * Three dots and what they hide. While it is closed it is the browser's own button: react-aria's menu is slow to make
 * sixty times, and comes with the first that is opened.
 */
export function MenuButton({ label, groups, ...rest }: MenuButtonProps) {
  const id = useId();
  const menuId = `${id}menu`;
  const trigger = useRef<HTMLButtonElement>(null);
  const [focus, setFocus] = useState<MenuFocus>();
  const isOpen = focus !== undefined;
  const open = (where: MenuFocus): void => {
    // What has the focus now gets it back when the menu closes. Safari focuses no button that is clicked.
    trigger.current?.focus({ preventScroll: true });
    setFocus(where);
  };
  const close = (): void => setFocus(undefined);
  /** The menu is gone first, so that a dialog which this opens gives the focus back to the button. */
  const choose = (entry: MenuEntry): void => {
    flushSync(close);
    trigger.current?.focus({ preventScroll: true });
    entry.run();
  };
  const onKey = (event: KeyboardEvent): void => {
    const where = KEYS[event.key];
    if (where === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(where);
  };
  // As the system's own menus: a mouse opens it when it goes down, a finger when it goes up.
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    event.preventDefault();
    // A screen reader's press has no pressure.
    open(event.pressure > 0 ? true : 'first');
  };
  return (
    <>
      <button
        {...rest}
        ref={trigger}
        id={id}
        type="button"
        className="btn btn-icon"
        aria-label={label}
        aria-haspopup="true"
        aria-expanded={isOpen}
        aria-controls={isOpen ? menuId : undefined}
        onKeyDown={onKey}
        onPointerDown={onPointerDown}
        onClick={(event) => open(event.detail === 0 ? 'first' : true)}
      >
        <DotsIcon />
      </button>
      {isOpen ? (
        <Suspense>
          <OpenMenu
            id={menuId}
            trigger={trigger}
            triggerId={id}
            focus={focus}
            groups={groups()}
            onChoose={choose}
            onClose={close}
          />
        </Suspense>
      ) : null}
    </>
  );
}
