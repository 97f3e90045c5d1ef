/** For tests of every room that needs a database. */
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export { playedConfig, playRun } from './play-run.ts';
export { storedAttempts } from './stored-group.ts';
