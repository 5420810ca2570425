/**
 * What the keychains say when a person has to unlock them first. keytar passes on the text alone, without a code.
 * Texts are compared in the C locale, without regard to case.
 */
const LOCKED: readonly RegExp[] = [
  // gnome-keyring: "Cannot create an item in a locked collection", "Cannot get secret of a locked object",
  // "Cannot set secret of a locked item", "Cannot delete a locked item".
  /\blocked (collection|object|item)\b/i,
  // The Secret Service specification's error name, as GDBus and libsecret pass it on (KeePassXC, KWallet).
  /org\.freedesktop\.Secret\.Error\.IsLocked/i,
  /\b(is|are|was|remains?) locked\b/i,
  // A person closed the prompt.
  /\bprompt\b.*\b(dismissed|cancell?ed)\b/i,
];

/** macOS: errSecNotAvailable, errSecNoDefaultKeychain, errSecNoSuchKeychain, errSecInvalidKeychain. */
const NO_KEYCHAIN_ON_MACOS: readonly RegExp[] = [
  /no keychain is available/i,
  /default keychain could not be found/i,
  /specified keychain could not be found/i,
  /not a valid keychain file/i,
  // Of ours: the addon, or the worker.
  /native addon|keychain worker/i,
];

/**
 * `locked`: a person can open it. `unavailable`: there is no keychain, or it does not work now.
 *
 * macOS has a keychain always, and words its errors in the person's language; where `CFStringGetCStringPtr` gives
 * nothing, keytar says "An unknown error occurred." So what is not understood there counts as locked
 * (errSecInteractionNotAllowed, errSecAuthFailed, errSecUserCanceled ...): "unavailable" at the start would keep logins
 * in memory and let those in the keychain look absent.
 */
export function judgeKeychainFailure(
  message: string,
  platform: NodeJS.Platform = process.platform,
): 'locked' | 'unavailable' {
  if (platform === 'darwin') {
    return NO_KEYCHAIN_ON_MACOS.some((pattern) => pattern.test(message)) ? 'unavailable' : 'locked';
  }
  return LOCKED.some((pattern) => pattern.test(message)) ? 'locked' : 'unavailable';
}
