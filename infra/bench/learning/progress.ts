import type { RunCurve } from './results-contract.ts';

/** Tells of each run that ended, in at most 80 columns, with the pace so far. */
export function endingTeller(
  runs: number,
  say: (line: string) => void,
  now: () => number = () => performance.now(),
): (run: RunCurve) => void {
  const startedAt = now();
  let done = 0;
  return (run) => {
    done += 1;
    const left = ((now() - startedAt) / done) * (runs - done);
    say(endingLine(run, `${String(done).padStart(String(runs).length)}/${runs}`, left));
  };
}

/** `12/60 lp 1003: 61 s, valid 15 → 82 %, 43 min left`. */
function endingLine(
  { sampler, seed, seconds, curve }: RunCurve,
  place: string,
  leftMs: number,
): string {
  const percent = (rate: number | undefined): string => ((rate ?? 0) * 100).toFixed(0);
  const [first, last] = [curve[0], curve.at(-1)];
  const valid = `${percent(first?.trainedOn.validRate)} → ${percent(last?.trainedOn.validRate)} %`;
  const left = leftMs > 0 ? `, ${Math.ceil(leftMs / 60_000)} min left` : '';
  return `${place} ${sampler} ${seed}: ${seconds.toFixed(0)} s, valid ${valid}${left}`;
}
