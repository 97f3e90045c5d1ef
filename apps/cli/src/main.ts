import { Command, CommanderError } from 'commander';
import { changeCommand } from './commands/change.ts';
import { digestCommand } from './commands/digest.ts';
import { doctorCommand } from './commands/doctor.ts';
import { downCommand } from './commands/down.ts';
import { errorsCommand } from './commands/errors.ts';
import { exportHistoryCommand } from './commands/export-history.ts';
import { imageCommand } from './commands/image.ts';
import { pauseCommand } from './commands/pause.ts';
import { replayCommand } from './commands/replay.ts';
import { reportCommand } from './commands/report.ts';
import { resumeCommand } from './commands/resume.ts';
import { retryCommand } from './commands/retry.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';
import { startCommand, trainCommand } from './commands/train.ts';
import { sweepCommand } from './commands/sweep.ts';
import { upCommand } from './commands/up.ts';
import { watchCommand } from './commands/watch.ts';
import { ExitCode, explain } from './errors.ts';

/** The program `ace`. An error that a person can act on is one line, without a stack. */
const program = new Command('ace')
  .description('AceGRPO: reinforcement learning for machine-learning-engineering agents')
  .exitOverride();

const commands = [
  startCommand(),
  trainCommand(),
  watchCommand(),
  statusCommand(),
  reportCommand(),
  digestCommand(),
  errorsCommand(),
  exportHistoryCommand(),
  retryCommand(),
  replayCommand(),
  scheduleCommand(),
  changeCommand(),
  pauseCommand(),
  resumeCommand(),
  stopCommand(),
  sweepCommand(),
  upCommand(),
  downCommand(),
  doctorCommand(),
  imageCommand(),
];

for (const command of commands) {
  for (const one of [command, ...command.commands]) {
    one.copyInheritedSettings(program).option('--debug', 'print the stack of an error');
  }
  program.addCommand(command);
}

// A reader or a terminal that went away is no error of this program: servers are still ended in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong with the command line.
    process.exitCode = error.exitCode === 0 ? ExitCode.Ok : ExitCode.Input;
  } else {
    const { line, exitCode } = explain(error);
    // On a terminal the step that failed still holds its line.
    const start = process.stderr.isTTY ? '\n' : '';
    console.error(process.argv.includes('--debug') ? error : `${start}✗ ${line}`);
    process.exitCode = exitCode;
  }
}
