import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { packFloat32, packInt32, unpackFloat32, unpackInt32 } from './bytes.ts';
import { SampleResponseSchema, StopReason } from './tinker_pb.ts';

/** One sampled sequence; natural log-probabilities at temperature 1, one a token. */
export interface WireSequence {
  tokens: number[];
  logprobs: number[];
  stopReason: 'stop' | 'length';
}

export function encodeSamples(sequences: readonly WireSequence[]): Uint8Array {
  const message = create(SampleResponseSchema, {
    sequences: sequences.map(({ tokens, logprobs, stopReason }) => ({
      stopReason: stopReason === 'stop' ? StopReason.STOP : StopReason.LENGTH,
      tokens: packInt32(tokens),
      logprobs: packFloat32(logprobs),
    })),
  });
  return toBinary(SampleResponseSchema, message);
}

export function decodeSamples(bytes: Uint8Array): WireSequence[] {
  return fromBinary(SampleResponseSchema, bytes).sequences.map((sequence) => ({
    tokens: unpackInt32(sequence.tokens),
    logprobs: sequence.logprobs === undefined ? [] : unpackFloat32(sequence.logprobs),
    stopReason: sequence.stopReason === StopReason.STOP ? 'stop' : 'length',
  }));
}
