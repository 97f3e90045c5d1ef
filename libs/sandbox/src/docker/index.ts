/** What containers are made of, for those who compare them with others: see `infra/bench/sandbox`. */
export { inside } from '../layout.ts';
export { containerOptions } from './container.ts';
export { type DockerHost, prepareDockerHost } from './host.ts';
