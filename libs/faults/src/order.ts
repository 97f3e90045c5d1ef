/** `die`: by SIGKILL. `hold`: the process stands still until it is let go, or killed. */
export type FaultAction = 'die' | 'hold';

/** What the fault file says: at which points, at which arrival of the process there (from 1), and what happens. */
export interface FaultOrder {
  /** Whichever is reached first. */
  points: readonly string[];
  arrival: number;
  action: FaultAction;
  /** Tells an order from one before it that says the same. */
  number: number;
}

/** An order as the file holds it, a line each. */
export const faultText = ({ points, arrival, action, number }: FaultOrder): string =>
  `${[points.join('\t'), arrival, action, number].join('\n')}\n`;

/** What `file` becomes when a process has reached the point at `place` of its order. */
export const hitFile = (file: string, place: number): string => `${file}.hit-${place}`;

export function parseOrder(text: string): FaultOrder {
  const [points = '', arrival, action, number] = text.split('\n');
  return {
    ...{ points: points.split('\t'), arrival: Number(arrival), number: Number(number) },
    action: action === 'hold' ? 'hold' : 'die',
  };
}
