/** What tells a person which server this is: host and port, without scheme and path. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
