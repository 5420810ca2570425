/** The two IPC channels of the Electron window; what travels in them is the contract's. */
export const CALL_CHANNEL = 'gatehouse:call';
export const EVENT_CHANNEL = 'gatehouse:event';
