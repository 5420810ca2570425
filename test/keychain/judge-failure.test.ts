import { expect, it } from 'vitest';
import { judgeKeychainFailure } from '../../src-main/adapters/keychain/judge-failure.ts';

it.each([
  'Cannot create an item in a locked collection',
  'Cannot get secret of a locked object',
  'Cannot set secret of a locked item',
  'Cannot delete a locked item',
  'GDBus.Error:org.freedesktop.Secret.Error.IsLocked: The collection is locked',
  'The prompt was dismissed by the user',
])('28 "%s" means that a person can unlock it', (message) => {
  expect(judgeKeychainFailure(message, 'linux')).toBe('locked');
});

it.each([
  'User interaction is not allowed.',
  'User interaction is required, but is currently not allowed.',
  'The user name or passphrase you entered is not correct.',
  'User canceled the operation.',
  'In dark wake, no UI possible',
  // What keytar says where the text cannot be had as UTF-8, and a text in the person's language.
  'An unknown error occurred.',
  'Eine Benutzerinteraktion ist nicht erlaubt.',
])('28 on macOS "%s" means that a person can unlock it', (message) => {
  expect(judgeKeychainFailure(message, 'darwin')).toBe('locked');
});

it.each([
  'No keychain is available. You may need to restart your computer.',
  'A default keychain could not be found.',
  'The specified keychain could not be found.',
  'The specified keychain is not a valid keychain file.',
  'Failed to load keytar native addon, checked [] on prebuilds/darwin-arm64',
])('28 on macOS "%s" means that there is no working keychain', (message) => {
  expect(judgeKeychainFailure(message, 'darwin')).toBe('unavailable');
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
  expect(judgeKeychainFailure(message, 'linux')).toBe('unavailable');
});
