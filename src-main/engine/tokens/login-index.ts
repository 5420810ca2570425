import type { LoginIndex, Stored } from '../ports.ts';

export type LoginIndexFile = Readonly<Record<string, readonly string[]>>;

/** Our own list of the vault's records: no keychain can list them without danger. */
export function createLoginIndex(file: Stored<LoginIndexFile>): LoginIndex {
  return {
    issuers: (server) => (Object.hasOwn(file.value, server) ? (file.value[server] ?? []) : []),
    async put(server, issuer) {
      const others = this.issuers(server).filter((known) => known !== issuer);
      await file.save({ ...file.value, [server]: [issuer, ...others] });
    },
    async remove(server) {
      if (!Object.hasOwn(file.value, server)) return;
      const { [server]: _removed, ...others } = file.value;
      await file.save(others);
    },
  };
}
