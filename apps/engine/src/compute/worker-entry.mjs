import { register } from 'tsx/esm/api';

// Hooks that load TypeScript are not passed on to threads.
register();
await import('./worker.ts');
