/** Settings of one step; `weightDecay` is decoupled, `maximumNorm` 0 means no bound. */
export interface AdamSettings {
  learningRate: number;
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
  maximumNorm: number;
}

/** Everything that training changes. Float32 throughout, so that a checkpoint holds it exactly. */
export interface TrainingState {
  parameters: Float32Array;
  /** Adam's first and second moments. */
  first: Float32Array;
  second: Float32Array;
  /** Optimiser steps done. */
  step: number;
}

export const freshState = (parameters: Float32Array): TrainingState => ({
  parameters,
  first: new Float32Array(parameters.length),
  second: new Float32Array(parameters.length),
  step: 0,
});

/**
 * One AdamW step in place: arithmetic in double precision, element by element in order, rounded to float32
 * where it is stored. Returns the norm of the gradient before its bound.
 */
export function adamStep(
  state: TrainingState,
  gradient: Float32Array,
  settings: AdamSettings,
): number {
  const { beta1, beta2, eps, learningRate, weightDecay } = settings;
  const { parameters, first, second } = state;
  const norm = euclideanNorm(gradient);
  const isBounded = settings.maximumNorm > 0 && norm > settings.maximumNorm;
  const scale = isBounded ? settings.maximumNorm / norm : 1;
  state.step += 1;
  const correction1 = 1 - beta1 ** state.step;
  const correction2 = 1 - beta2 ** state.step;
  for (let i = 0; i < gradient.length; i++) {
    const slope = gradient[i]! * scale;
    first[i] = beta1 * first[i]! + (1 - beta1) * slope;
    second[i] = beta2 * second[i]! + (1 - beta2) * slope * slope;
    const move = first[i]! / correction1 / (Math.sqrt(second[i]! / correction2) + eps);
    parameters[i]! -= learningRate * (move + weightDecay * parameters[i]!);
  }
  return norm;
}

function euclideanNorm(values: Float32Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}
