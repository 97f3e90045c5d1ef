/** The Tinker wire, spoken by the client and by the embedded engine. */
export { WireError } from './bytes.ts';
export * from './messages.ts';
export { decodeSamples, encodeSamples } from './sampling.ts';
export type { WireSequence } from './sampling.ts';
export {
  decodeTrainingRequest,
  decodeTrainingResult,
  encodeTrainingRequest,
  encodeTrainingResult,
} from './training.ts';
export type { WireDatum, WireTrainingRequest, WireTrainingResult } from './training.ts';

/** Content type of protobuf bodies. */
export const protobufType = 'application/x-protobuf';
