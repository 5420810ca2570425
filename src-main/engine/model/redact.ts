const SECRET = '[secret]';

const PARAMETERS =
  'code|state|id_token|access_token|refresh_token|registration_access_token|client_secret|code_verifier|client_assertion|assertion|device_code|password';
const MEMBERS =
  'id_token|access_token|refresh_token|registration_access_token|client_secret|code_verifier|client_assertion|password|idToken|accessToken|refreshToken|clientSecret|codeVerifier';

const NETS: readonly { readonly found: RegExp; readonly instead: string }[] = [
  { found: /\b(Bearer|DPoP|Basic)(\s+|%20|\+)[A-Za-z0-9._~+/=-]+/gi, instead: `$1$2${SECRET}` },
  // As in a query or a form, also where that is encoded once more inside another URL.
  {
    found: new RegExp(`(?:(?<![A-Za-z0-9_])|(?<=%3F|%26))(${PARAMETERS})(=|%3D)(?:(?!%26)[^&\\s"'\\\\#<>,;])+`, 'gi'),
    instead: `$1$2${SECRET}`,
  },
  // As in JSON, also where that is quoted inside another text.
  { found: new RegExp(String.raw`(\\*"(?:${MEMBERS})\\*"\s*:\s*\\*")(?:[^"\\])+`, 'g'), instead: `$1${SECRET}` },
  { found: /\bgate_[A-Za-z0-9_-]{16,}/g, instead: `gate_${SECRET}` },
  { found: /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){0,3}/g, instead: SECRET },
  { found: /(?<=:\/\/)[^/?#@\s"]+@/g, instead: `${SECRET}@` },
];

/**
 * A log line without what looks like a secret. The second net: the first is that nothing secret has a place in
 * `LogFields`. What it puts in keeps JSON valid.
 */
export function redact(line: string): string {
  return NETS.reduce((text, { found, instead }) => text.replace(found, instead), line);
}
