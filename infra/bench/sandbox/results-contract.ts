/** What runs a program in a container, from nothing to removed; see README.md. */
export const WayId = { Ours: 'ours', Bare: 'bare', Plain: 'plain' } as const;
export type WayId = (typeof WayId)[keyof typeof WayId];
export const wayIds = Object.values(WayId);

/** Executions at once. */
export const levels = [1, 2, 4, 8] as const;

/** The median of paired ratios with its 95 % interval; null where there are too few pairs for one. */
export interface Ratio {
  value: number;
  interval: readonly [number, number] | null;
  pairs: number;
}

/** One way at one number at once. Times are of single executions, in milliseconds. */
export interface Measured {
  way: WayId;
  atOnce: number;
  executions: number;
  medianMs: number;
  p10Ms: number;
  p90Ms: number;
  /** Executions per second over all blocks. */
  perSecond: number;
  /** Of the medians of its steps, in the order in which they are done. */
  stepsMs: Record<string, number>;
}

export interface Compared {
  atOnce: number;
  /** Time of ours by time of the bare loop, block by block. */
  overhead: Ratio;
  /** Time of ours by time of the plain loop. */
  plain: Ratio;
  /** Time of the bare loop by time of the plain loop: what containment costs in the engine. */
  containment: Ratio;
}

export interface Making {
  /** When these results were written, ISO 8601. */
  madeAt: string;
  machine: { cpu: string; cores: number; memoryBytes: number; system: string };
  engine: {
    version: string;
    cgroupVersion: string;
    storageDriver: string;
    /** `private`: started for this run alone. */
    source: 'DOCKER_HOST' | 'private';
  };
  versions: { node: string; python: string };
}

export interface Results extends Making {
  benchmark: 'sandbox';
  program: string;
  /** Executions of each way at each number at once, as asked for. */
  count: number;
  /** Ours by bare, one at once: {@link Compared.overhead}. */
  overheadRatio: number;
  overheadInterval: Ratio['interval'];
  /** Ours by plain, one at once. */
  plainRatio: number;
  plainInterval: Ratio['interval'];
  /** By way, by number at once. */
  perSecond: Record<WayId, Record<string, number>>;
  comparisons: Compared[];
  measured: Measured[];
}
