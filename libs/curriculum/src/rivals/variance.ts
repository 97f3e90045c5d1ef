import type { Priorities } from '../contract.ts';

/**
 * The variance of a group's rewards as a share of the largest possible one, r_max² / 4 (VCRL; Jiang et al.,
 * arXiv 2509.19803, without its memory bank: the buffer is one). Never visited: 1.
 */
export const variancePriorities: Priorities = (states, _priors, _iteration, sampler) => {
  const largest = sampler.maximumReward ** 2 / 4;
  return states.map(({ variance }) => (variance ?? largest) / largest);
};
