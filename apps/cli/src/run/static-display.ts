import { defaultRecipe, type RunConfig, type RunInput } from '@ace/config';

/** What the Temporal UI shows of a run from its start on, in Markdown. */
export interface StaticDisplay {
  staticSummary: string;
  staticDetails: string;
}

/** The server takes 400 bytes of a summary and 20,000 of details. */
const longest = { summary: 100, details: 6_000 } as const;

/** A run told by its recipe and its config. */
export function staticDisplay(run: string, input: RunInput, config: RunConfig): StaticDisplay {
  const { recipe = defaultRecipe } = input;
  const { iterations, groups, groupSize, seed } = config;
  const size = `${count(iterations, 'iteration')} of ${count(groups, 'group')} × ${groupSize} attempts`;
  const facts = {
    recipe: `\`${recipe}\`, seed ${seed}`,
    size: `${size}, pipeline depth ${config.pipelineDepth}`,
    'trained on': list(config.competitions.train),
    'held out': list(config.competitions.heldOut),
    evaluation: evaluationText(config),
    engine: config.engine.kind === 'embedded' ? 'embedded' : config.engine.url,
    'an iteration that fails':
      config.onIterationFailure === 'block'
        ? 'blocks the run until it is retried'
        : 'fails the run',
    'live view': `\`npm run ace -- watch ${run}\``,
  };
  const lines = Object.entries(facts).map(([name, fact]) => `- **${name}**: ${fact}`);
  return {
    staticSummary: `${recipe}: ${size}, seed ${seed}`.slice(0, longest.summary),
    staticDetails: lines.join('\n').slice(0, longest.details),
  };
}

const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`;

const list = (names: readonly string[]): string => names.join(', ') || 'none';

function evaluationText({ evaluation }: RunConfig): string {
  const { samplesPerCompetition, everyIterations } = evaluation;
  if (samplesPerCompetition === 0) return 'none';
  const also = everyIterations > 0 ? `, and every ${everyIterations} versions` : '';
  return `${count(samplesPerCompetition, 'root draft')} per competition of the first and the last version${also}`;
}
