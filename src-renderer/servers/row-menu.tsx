import type { ServerRow } from '../../src-preload/contract.ts';
import { copyText } from '../ui/copy-button.tsx';
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx';
import { texts } from '../ui/texts.ts';
import { actionLabel } from '../ui/words.ts';
import { act, signIn } from './act.ts';

export type RowDialog = 'edit' | 'paste' | 'tools';

interface RowMenuProps {
  readonly row: ServerRow;
  readonly openDialog: (dialog: RowDialog) => void;
}

interface Item extends MenuEntry {
  readonly isThere: boolean;
}

/** What is rare. An item shows only where there is something to do. */
export function RowMenu(props: RowMenuProps) {
  return <MenuButton label={texts.row.moreFor(props.row.name)} groups={() => groupsFor(props)} data-control="menu" />;
}

function groupsFor({ row, openDialog }: RowMenuProps): readonly (readonly MenuEntry[])[] {
  const { name, state, authorizationUrl } = row;
  const isSigningIn = state.kind === 'logging-in';
  const isOff = state.kind === 'disabled' || state.kind === 'paused';
  const call = (run: Parameters<typeof act>[1]) => () => void act(name, run);
  const groups: readonly (readonly Item[])[] = [
    [
      {
        id: 'copy-link',
        label: texts.menu.copySignInLink,
        isThere: isSigningIn && authorizationUrl !== undefined,
        run: () => void copyText(authorizationUrl ?? ''),
      },
      {
        id: 'paste',
        label: texts.menu.pasteAddress,
        isThere: isSigningIn,
        run: () => openDialog('paste'),
      },
      {
        id: 'start-over',
        label: texts.menu.startOver,
        isThere: isSigningIn,
        run: () => void signIn(name, true),
      },
      {
        id: 'copy-endpoint',
        label: texts.menu.copyEndpoint,
        isThere: true,
        run: () => void copyText(row.endpoint),
      },
    ],
    [
      {
        id: 'sign-in-again',
        label: texts.menu.signInAgain,
        isThere: row.login !== undefined && (state.kind === 'ready' || state.kind === 'stopped'),
        run: () => void signIn(name),
      },
      {
        id: 'reconnect',
        label: texts.menu.reconnect,
        isThere: !isOff && !isSigningIn && state.kind !== 'locked',
        run: call((client) => client.reconnectServer({ name })),
      },
      {
        id: 'sign-out',
        label: texts.menu.signOut,
        isThere: row.login !== undefined && state.kind !== 'locked' && state.kind !== 'login-needed',
        run: call((client) => client.logout({ name })),
      },
      {
        id: 'resume',
        label: actionLabel('resume'),
        isThere: state.kind === 'paused',
        run: call((client) => client.resume({ name })),
      },
      {
        id: 'pause',
        label: texts.menu.pause,
        isThere: !isOff,
        run: call((client) => client.pause({ name })),
      },
      {
        id: 'disable',
        label: texts.menu.disable,
        isThere: state.kind !== 'disabled',
        run: call((client) => client.disableServer({ name })),
      },
    ],
    [
      { id: 'edit', label: texts.menu.edit, isThere: true, run: () => openDialog('edit') },
      {
        id: 'remove',
        label: texts.menu.remove,
        isThere: true,
        run: call((client) => client.removeServer({ name, undoable: true })),
      },
    ],
  ];
  return groups.map((items) => items.filter((item) => item.isThere));
}
