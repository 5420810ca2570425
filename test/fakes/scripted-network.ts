import type { Network } from '../../src-main/engine/ports.ts';

export interface ScriptedNetwork extends Network {
  /** The machine got an address again. */
  comesBack(): void;
  /** How many listen. */
  readonly listeners: number;
}

export function createScriptedNetwork(): ScriptedNetwork {
  const listeners = new Set<() => void>();
  return {
    onReturn(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
    comesBack() {
      for (const listener of [...listeners]) listener();
    },
    get listeners() {
      return listeners.size;
    },
  };
}
