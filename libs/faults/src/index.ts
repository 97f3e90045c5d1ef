/** Exact lines at which a test may let a process of this project die, or hold it while something else dies. */
export { FaultPoint, type FaultPhase, phaseOf } from './points.ts';
export { faultPoint } from './fault-point.ts';
export { type FaultAction, type FaultOrder, faultText, hitFile } from './order.ts';
