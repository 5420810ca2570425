import type { RefObject } from 'react';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import type { MenuEntry, MenuFocus } from './menu-button.tsx';

interface OpenMenuProps {
  readonly id: string;
  readonly trigger: RefObject<HTMLElement | null>;
  readonly triggerId: string;
  readonly focus: MenuFocus;
  readonly groups: readonly (readonly MenuEntry[])[];
  readonly onChoose: (entry: MenuEntry) => void;
  readonly onClose: () => void;
}

/** What a `MenuButton` shows while it is open. */
export function OpenMenu({ id, trigger, triggerId, focus, groups, onChoose, onClose }: OpenMenuProps) {
  const shown = groups.filter((entries) => entries.length > 0);
  return (
    <Popover
      className="popover"
      placement="bottom end"
      trigger="MenuTrigger"
      triggerRef={trigger}
      aria-labelledby={triggerId}
      isOpen
      onOpenChange={onClose}
    >
      <Menu
        id={id}
        className="menu"
        aria-labelledby={triggerId}
        autoFocus={focus}
        onClose={onClose}
        onAction={(id) => {
          const chosen = shown.flat().find((entry) => entry.id === id);
          if (chosen) onChoose(chosen);
        }}
      >
        {shown.flatMap((entries, index) => [
          ...(index === 0 ? [] : [<Separator key={`before ${entries[0]?.id}`} />]),
          ...entries.map((entry) => (
            <MenuItem key={entry.id} id={entry.id} className="menu-item">
              {entry.label}
            </MenuItem>
          )),
        ])}
      </Menu>
    </Popover>
  );
}
