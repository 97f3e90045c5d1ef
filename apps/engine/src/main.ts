import { pipelineGrammar } from '@ace/policy/grammar';
import { fail, runCommand } from './command.ts';

/** The embedded engine's process: `main.ts --port PORT --data FOLDER [--host 127.0.0.1]`. */
await runCommand(process.argv.slice(2), [pipelineGrammar]).catch(fail);
