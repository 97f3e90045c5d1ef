import { loadCatalogue } from '@ace/competitions';
import type { Competition, ConfigSources } from '@ace/config';
import { loadRecipes } from '@ace/infra';

/** What run inputs are resolved against: files of this project, so that a check starts nothing. */
export async function configSources(): Promise<ConfigSources> {
  const catalogue = loadCatalogue();
  const ids = (split: Competition['split']): string[] =>
    catalogue.filter((competition) => competition.split === split).map(({ id }) => id);
  return {
    recipes: await loadRecipes(),
    competitions: { train: ids('train'), heldOut: ids('held-out') },
  };
}
