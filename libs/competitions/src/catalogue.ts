import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Competition } from '@ace/config';
import { didYouMean, InputError } from '@ace/config';
import { readCompetition } from './config-file.ts';
import { cataloguePath } from './paths.ts';

/** All competitions of a catalogue by id, in alphabetical order. */
export function loadCatalogue(folder: string = cataloguePath): Competition[] {
  return competitionIds(folder).map((id) => readCompetition(join(folder, id, 'competition.json')));
}

/** Names of the subfolders that hold a `competition.json`, sorted; none when the folder is absent. */
export function competitionIds(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((id) => !id.startsWith('.') && existsSync(join(folder, id, 'competition.json')))
    .sort();
}

/** Throws InputError with the nearest names when `id` is not among `known`. */
export function requireKnown(id: string, known: readonly string[], where: string): void {
  if (known.includes(id)) return;
  const hint =
    known.length === 0
      ? ': there is none: run npm start, which prepares them'
      : didYouMean(id, known) || `: there are ${known.join(', ')}`;
  throw new InputError(`competition: "${id}" is not in ${where}${hint}`);
}
