import { doctor, doctorTable, openHome } from '@ace/infra';
import { Command } from 'commander';
import { ExitCode } from '../errors.ts';

interface DoctorOptions {
  json?: true;
}

/** `ace doctor`: looks at every part, says what mends it, and ends with 1 when something is to mend. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at every part: where it was found, its version, its health, what mends it')
    .option('--json', 'print the rows as JSON')
    .action(examine);
}

async function examine({ json }: DoctorOptions): Promise<void> {
  const rows = await doctor(await openHome());
  console.log(json ? JSON.stringify(rows, null, 2) : doctorTable(rows));
  if (!rows.every((row) => row.healthy)) process.exitCode = ExitCode.Failed;
}
