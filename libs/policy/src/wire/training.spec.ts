import { describe, expect, it } from 'vitest';
import {
  decodeSamples,
  decodeTrainingRequest,
  decodeTrainingResult,
  encodeSamples,
  encodeTrainingRequest,
  encodeTrainingResult,
  WireError,
} from './index.ts';

/** Bytes that Python's protobuf wrote from the Tinker SDK's own descriptor. */
const fromSdk = {
  request:
    '0a076d6f64656c5f3110031aa8010a100a0e0a0c05000000060000000700000012210a0a616476616e746167657312130a0c' +
    '000000000000c03f0000c03f1801220103121f0a086c6f6770726f627312130a0c00000000000000bf0000a0bf1801220103' +
    '12300a0d7461726765745f746f6b656e73121f0a18060000000000000007000000000000000800000000000000180222010312' +
    '1e0a077765696768747312130a0c000000000000803f0000803f1801220103220370706f2a1e0a13636c69705f686967685f74' +
    '68726573686f6c64117b14ae47e17af43f2a1d0a12636c69705f6c6f775f7468726573686f6c64119a9999999999e93f',
  samples: '0a1608011208040000002c0100001a08000080be000000c00a0c1204090000001a04000080bf',
  result:
    '0a0b41727261795265636f7264123d0a017812360a086c6f6770726f6273122a0a0c000080bf000000c0000040c012180000' +
    '00000000000004000000000000000c00000000000000180118021a140a096c6f73733a6d65616e11000000000000e03f',
};
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

const request = {
  modelId: 'model_1',
  seqId: 3,
  lossFn: 'ppo',
  lossFnConfig: { clip_low_threshold: 0.8, clip_high_threshold: 1.28 },
  forwardOnly: false,
  data: [
    {
      input: [5, 6, 7],
      targets: [6, 7, 8],
      logprobs: [0, -0.5, -1.25],
      advantages: [0, 1.5, 1.5],
      weights: [0, 1, 1],
    },
  ],
};

describe('protobuf bodies', () => {
  it('reads what the SDK writes', () => {
    expect(decodeTrainingRequest(bytesOf(fromSdk.request))).toEqual(request);
    expect(decodeSamples(bytesOf(fromSdk.samples))).toEqual([
      { tokens: [4, 300], logprobs: [-0.25, -2], stopReason: 'length' },
      { tokens: [9], logprobs: [-1], stopReason: 'stop' },
    ]);
    expect(decodeTrainingResult(bytesOf(fromSdk.result))).toEqual({
      logprobs: [[-1], [-2, -3]],
      elementwiseLoss: [[], []],
      metrics: { 'loss:mean': 0.5 },
    });
  });

  it('writes a request and samples of the same length and meaning as the SDK', () => {
    const written = encodeTrainingRequest(request);
    expect(written.length).toBe(bytesOf(fromSdk.request).length);
    expect(decodeTrainingRequest(written)).toEqual(request);
    const samples = decodeSamples(bytesOf(fromSdk.samples));
    expect(Buffer.from(encodeSamples(samples)).toString('hex')).toBe(fromSdk.samples);
  });

  it('carries float32 exactly and rows of different lengths', () => {
    const result = {
      logprobs: [[Math.fround(-0.1), -3], [], [Math.fround(-1e-7)]],
      elementwiseLoss: [[1, 2], [], [3]],
      metrics: { a: 1 / 3 },
    };
    expect(decodeTrainingResult(encodeTrainingResult(result))).toEqual(result);
  });

  it('refuses bytes that are no message, wrong lengths and unknown inputs, by name', () => {
    expect(() => decodeTrainingRequest(Uint8Array.from([255, 255]))).toThrow(WireError);
    const short = { ...request, data: [{ input: [1, 2], targets: [2, 3], weights: [1] }] };
    expect(() => decodeTrainingRequest(encodeTrainingRequest(short))).toThrow(
      'data.0.weights: expected 2 elements, as many as model_input, got 1',
    );
  });
});
