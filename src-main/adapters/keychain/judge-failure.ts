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
  // macOS: errSecInteractionNotAllowed, errSecAuthFailed, errSecUserCanceled.
  /user interaction is not allowed/i,
  /user name or passphrase you entered is not correct/i,
  /user cancell?ed the operation/i,
];

/** `locked`: a person can open it. `unavailable`: there is no keychain, or it does not work now. */
export function judgeKeychainFailure(message: string): 'locked' | 'unavailable' {
  return LOCKED.some((pattern) => pattern.test(message)) ? 'locked' : 'unavailable';
}
