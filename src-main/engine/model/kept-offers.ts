import type { ServerName } from './ids.ts';

/** A tool or prompt as its server listed it. */
export interface KeptItem {
  readonly name: string;
  readonly [member: string]: unknown;
}

/** What a server offered last, for the time until it can be asked again. No addresses of resources: those may be private. */
export interface KeptOffer {
  /** A hash of where the server was: what is somewhere else offers something else. */
  readonly identity: string;
  /** By what the caller could be asked. */
  readonly profiles: Readonly<
    Record<string, { readonly tools: readonly KeptItem[]; readonly prompts: readonly KeptItem[] }>
  >;
}

export type KeptOffers = Readonly<Record<ServerName, KeptOffer>>;
