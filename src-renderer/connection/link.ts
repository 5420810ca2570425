/**
 * Whether the engine is there. `gone`: it does not answer and is tried again. `used-up`: the link's one-time code, or the
 * session made from it, is no longer known; only a fresh link helps.
 */
export type Link = 'connecting' | 'open' | 'gone' | 'used-up';

export type OnLink = (link: Link) => void;
