import { addressedIndex, addressedUniform } from '@ace/curriculum';

/** The draws of one kill, by what is drawn: uniform from 0 to 1, or one of a list. */
export interface Draw {
  share(purpose: string): number;
  one<T>(purpose: string, list: readonly T[]): T;
}

/** They hang on the seed and the kill's number alone. */
export const drawFor = (seed: number, number: number): Draw => ({
  share: (purpose) => addressedUniform({ seed, purpose, parts: [number] }),
  one: (purpose, list) => list[addressedIndex({ seed, purpose, parts: [number] }, list.length)]!,
});
