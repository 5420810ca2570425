/** Of the engine as a service of the person's own system. */
export interface ServiceStatus {
  /** Of the unit's file. */
  readonly path: string;
  readonly isInstalled: boolean;
  /** It starts by itself. */
  readonly isEnabled: boolean;
  readonly isRunning: boolean;
  /** It starts with the machine, not only with the person's session; undefined where nobody can tell. */
  readonly lingers: boolean | undefined;
  readonly user: string;
}
