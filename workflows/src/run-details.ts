import type { IterationSummary, RunFailure } from '@ace/activities';
import { RunStanding } from '@ace/config/pure';

/** Everything that the details of a run are made from. */
export interface ShownRun {
  run: string;
  iterations: number;
  standing: RunStanding;
  /** The newest iteration that was begun; 0 before the first. */
  begun: number;
  /** The newest policy version that is published. */
  version: number;
  /** The last iterations, oldest first. */
  learnt: readonly IterationSummary[];
  /** What waits to be mended, or ended the run. */
  failures: readonly RunFailure[];
}

/** A page is handed to the UI's renderer in an address: long reasons are cut. */
const longestReason = 800;
const mostFailures = 3;

/** Where a run stands, in Markdown, for the Temporal UI. */
export function runDetails(shown: ShownRun): string {
  const { standing, begun, iterations, version, failures } = shown;
  const best = shown.learnt.at(-1)?.bestRewardSoFar ?? null;
  const facts = [
    `policy version ${version}`,
    ...(best === null ? [] : [`best reward so far ${fixed(best)}`]),
  ];
  return [
    `### ${standing}: iteration ${begun} of ${iterations}`,
    facts.join(', '),
    ...failures.slice(0, mostFailures).map(failureText),
    ...table(shown.learnt),
    `**Next:** ${next(shown)}`,
  ].join('\n\n');
}

function failureText({ step, reason, remedy }: RunFailure): string {
  const cut = reason.length > longestReason ? `${reason.slice(0, longestReason)}…` : reason;
  const fenced = ['```', cut.replaceAll('```', "'''"), '```'].join('\n');
  return [`**${step} failed:**`, fenced, `**To do:** ${remedy}`].join('\n\n');
}

function table(learnt: readonly IterationSummary[]): string[] {
  if (learnt.length === 0) return [];
  const heading = ['iteration', 'valid', 'mean reward', 'best reward', 'states'];
  const lines = [heading, heading.map(() => '---'), ...learnt.map(cells)];
  return [lines.map((line) => `| ${line.join(' | ')} |`).join('\n')];
}

const cells = (summary: IterationSummary): string[] => [
  `${summary.iteration}`,
  `${summary.valid} of ${summary.attempts}, ${percent(summary.valid, summary.attempts)}`,
  fixed(summary.meanReward),
  fixed(summary.bestReward),
  `${summary.states}`,
];

const fixed = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`;

/** What happens next, or what a person can do. */
function next({ run, standing, begun, version, iterations }: ShownRun): string {
  const resume = `start it again under its name \`${run}\`, and it goes on from its record`;
  switch (standing) {
    case RunStanding.Running:
      return nextStep(begun, version, iterations);
    case RunStanding.Blocked:
      return 'it waits; iterations behind the failed one are executed and wait for their turn.';
    case RunStanding.Paused:
      return 'nothing new begins until it is resumed.';
    case RunStanding.Stopping:
      return 'what is under way is completed, then the run ends.';
    case RunStanding.Stopped:
    case RunStanding.Cancelled:
      return `${resume} with iteration ${version + 1}.`;
    case RunStanding.Failed:
      return `once that is done, ${resume}.`;
    case RunStanding.Finished:
      return `\`npm run ace -- report ${run}\` shows what was learnt.`;
  }
}

function nextStep(begun: number, version: number, iterations: number): string {
  if (version === iterations) return 'the last evaluation is completed, then the run is closed.';
  if (begun === 0) return 'the policy is created, then iteration 1 begins.';
  if (begun === version) return `iteration ${version + 1} begins.`;
  const made = `iteration ${version + 1} makes policy version ${version + 1}`;
  return begun < iterations ? `${made}, then iteration ${begun + 1} begins.` : `${made}.`;
}
