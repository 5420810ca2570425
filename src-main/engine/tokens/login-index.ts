import type { LoginIndex, Stored } from '../ports.ts';

export type LoginIndexFile = Readonly<Record<string, readonly string[]>>;

/** No server has an empty name: what is still to be erased stands there. */
const ERASURES = '';

/** Nor one with a slash: which servers have a sign-in under way stands there. */
const FLOWS = '/flows';

/** Our own list of the vault's records: no keychain can list them without danger. */
export function createLoginIndex(file: Stored<LoginIndexFile>): LoginIndex {
  return {
    issuers: (server) => (Object.hasOwn(file.value, server) && file.value[server]) || [],
    async put(server, issuer) {
      const others = this.issuers(server).filter((known) => known !== issuer);
      await file.save({ ...file.value, [server]: [issuer, ...others] });
    },
    async remove(server) {
      if (!Object.hasOwn(file.value, server)) return;
      const { [server]: _removed, ...others } = file.value;
      await file.save(others);
    },
    flows: () => file.value[FLOWS] ?? [],
    async setFlows(servers) {
      const { [FLOWS]: before = [], ...others } = file.value;
      if (servers.length === 0 && before.length === 0) return;
      await file.save(servers.length === 0 ? others : { ...others, [FLOWS]: servers });
    },
    erasures: () => file.value[ERASURES] ?? [],
    async setErasures(keys) {
      const { [ERASURES]: before = [], ...servers } = file.value;
      if (keys.length === 0 && before.length === 0) return;
      await file.save(keys.length === 0 ? servers : { ...servers, [ERASURES]: keys });
    },
  };
}
