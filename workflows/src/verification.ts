import type { TableComparison } from '@ace/activities';

/** What was done again, compared with its original. */
export interface Verification {
  /** Rows of the original and of what was done again, by table. */
  tables: TableComparison[];
  /** Rows that differ. */
  differences: number;
  /** What was not done again, and why; null when everything was. */
  leftOut: string | null;
}

export function verificationOf(tables: TableComparison[], leftOut: string | null): Verification {
  const differences = tables.reduce((sum, { differing }) => sum + differing, 0);
  return { tables, differences, leftOut };
}
