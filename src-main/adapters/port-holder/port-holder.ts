import { macHolder, windowsHolder } from './from-listings.ts';
import { linuxHolder } from './from-proc.ts';

/** Who listens on a port, as far as the system tells. */
export interface PortHolder {
  readonly pid: number;
  /** The program's name. */
  readonly program: string;
  /** The Unix sockets that it listens at, where the system tells. */
  readonly sockets: readonly string[];
}

/** Of a process of somebody else the system tells the user only. */
export type HolderFound = PortHolder | { readonly uid: number } | undefined;

/** Asked only after a port could not be had. Undefined where the system does not tell, or not in time. */
export async function findPortHolder(port: number, platform = process.platform): Promise<HolderFound> {
  try {
    switch (platform) {
      case 'linux':
        return linuxHolder(port);
      case 'darwin':
        return await macHolder(port);
      case 'win32':
        return await windowsHolder(port);
      default:
        return undefined;
    }
  } catch {
    // Only a name is missing then; the problem itself is told all the same.
    return undefined;
  }
}
