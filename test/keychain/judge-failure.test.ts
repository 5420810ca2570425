import { expect, it } from 'vitest';
import { judgeKeychainFailure } from '../../src-main/adapters/keychain/judge-failure.ts';

it.each([
  'Cannot create an item in a locked collection',
  'Cannot get secret of a locked object',
  'Cannot set secret of a locked item',
  'Cannot delete a locked item',
  'GDBus.Error:org.freedesktop.Secret.Error.IsLocked: The collection is locked',
  'The prompt was dismissed by the user',
  'User interaction is not allowed.',
  'The user name or passphrase you entered is not correct.',
  'User canceled the operation.',
])('28 "%s" means that a person can unlock it', (message) => {
  expect(judgeKeychainFailure(message)).toBe('locked');
});

it.each([
  'The given address is empty',
  'Cannot autolaunch D-Bus without X11 $DISPLAY',
  'Could not connect: No such file or directory',
  'The name org.freedesktop.secrets was not provided by any .service files',
  'The name :1.0 was not provided by any .service files',
  'The session wrapping the secret does not exist',
  'Object does not exist at path “/org/freedesktop/secrets/aliases/default”',
  'Failed to load keytar native addon, checked [] on prebuilds/linux-x64',
  'A specified logon session does not exist. It may already have been terminated.',
  'Timeout was reached',
  'something blocked itself',
])('28 "%s" means that there is no working keychain', (message) => {
  expect(judgeKeychainFailure(message)).toBe('unavailable');
});
