import { fail, runCommand } from '../command.ts';
import { bandit, large } from './languages.ts';

/** The engine's process with the languages of the tests. */
await runCommand(process.argv.slice(2), [bandit, large]).catch(fail);
