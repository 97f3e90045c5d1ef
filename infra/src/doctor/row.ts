/** One line of `ace doctor`. */
export interface DoctorRow {
  readonly part: string;
  readonly healthy: boolean;
  /** Where it was found, or null when it was not. */
  readonly found: string | null;
  readonly version: string | null;
  /** How it is, in a few words. */
  readonly state: string;
  /** The one command that mends it; null when nothing is to mend. */
  readonly remedy: string | null;
}

export const healthy = (
  part: string,
  found: string,
  version: string | null,
  state = 'ready',
): DoctorRow => ({ part, healthy: true, found, version, state, remedy: null });

export const unhealthy = (
  part: string,
  state: string,
  remedy: string,
  { found = null, version = null }: Partial<Pick<DoctorRow, 'found' | 'version'>> = {},
): DoctorRow => ({ part, healthy: false, found, version, state, remedy });
