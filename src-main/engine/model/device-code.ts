/** What a person needs to sign in on another device. @see RFC 8628 section 3.3 */
export interface DeviceCode {
  /** To be entered at `verificationUri`. */
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same address with the code in it. */
  readonly verificationUriComplete?: string | undefined;
}
