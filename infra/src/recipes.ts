import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const recipesFolder = fileURLToPath(new URL('../recipes', import.meta.url));

/** The recipes of this project by name: partial run configs, one JSON file each. */
export async function loadRecipes(): Promise<Record<string, object>> {
  const files = (await readdir(recipesFolder)).filter((file) => file.endsWith('.json')).sort();
  const read = async (file: string): Promise<[string, object]> => [
    basename(file, '.json'),
    JSON.parse(await readFile(join(recipesFolder, file), 'utf8')) as object,
  ];
  return Object.fromEntries(await Promise.all(files.map(read)));
}
