import type { Database } from '@ace/buffer';
import type { FaultPoint } from '@ace/faults';

/** A passage of a source file, as it is and as it would be without the guard. */
export interface Passage {
  /** From the root of the tree. */
  file: string;
  /** Found exactly once in the file. */
  guarded: string;
  unguarded: string;
}

/** What happens at a guard's fault point. */
export type Mishap =
  /** The worker dies there, and another one starts. */
  | { kind: 'death' }
  /** Postgres dies while the worker stands there, which goes on. */
  | { kind: 'database lost' }
  /** The worker stands there until another one `hasTakenUp` its work, and then goes on before that one does. */
  | { kind: 'late worker'; hasTakenUp: (db: Database, run: string) => Promise<boolean> };

/** One thing that keeps an effect from happening twice or by half, and where its absence shows. */
export interface Guard {
  /** In a few words: what is done. */
  name: string;
  point: FaultPoint;
  /** Of the process at the point, from 1. */
  arrival: number;
  mishap: Mishap;
  /** Of the run to which it happens; 1 unless given. */
  iterations?: number;
  /** More than one where the same question is asked in two places. */
  passages: readonly Passage[];
}

export const death: Mishap = { kind: 'death' };

/** @throws when the passage is not found exactly once: then the list of guards is out of date. */
export function withoutPassage(text: string, { file, guarded, unguarded }: Passage): string {
  const parts = text.split(guarded);
  if (parts.length === 2) return parts.join(unguarded);
  throw new Error(`${file}: expected once, found ${parts.length - 1} times:\n${guarded}`);
}
