import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type RunningEngine, startEngine } from './engine.ts';
import { baseModelOf, type Language } from './model/base-model.ts';

const usage = 'usage: engine --port PORT --data FOLDER [--host 127.0.0.1] [--silence-seconds 300]';

/** How long work in progress may take after the request to stop. */
const stopWithinMs = 30_000;

/** Runs an engine for these languages until SIGTERM or SIGINT; the process ends with it. */
export async function runCommand(args: string[], languages: readonly Language[]): Promise<void> {
  const options = optionsOf(args);
  mkdirSync(options.dataFolder, { recursive: true });
  const bases = languages.map(baseModelOf);
  const engine = await startEngine({ ...options, bases, onDeath: fail });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(engine));
  console.log(
    `engine ready at ${engine.url}, base models ${bases.map(({ name }) => name).join(', ')}`,
  );
}

function optionsOf(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string' },
      'silence-seconds': { type: 'string', default: '300' },
    },
  });
  const { host, data: dataFolder } = values;
  if (values.port === undefined || dataFolder === undefined) throw new Error(usage);
  if (!/^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host)) {
    throw new Error(`--host: expected a loopback address, because there is no login, got ${host}`);
  }
  const port = numberIn('--port', values.port, 0, 65_535);
  const silence = numberIn('--silence-seconds', values['silence-seconds'], 1, 86_400);
  return { host, dataFolder, port, silenceMs: 1000 * silence };
}

function numberIn(name: string, text: string, lowest: number, highest: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw new Error(`${name}: expected a whole number from ${lowest} to ${highest}, got ${text}`);
}

function stop(engine: RunningEngine): void {
  setTimeout(() => fail(new Error('work in progress did not end in time')), stopWithinMs).unref();
  engine.close().then(() => process.exit(0), fail);
}

export function fail(error: unknown): never {
  console.error(`engine: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
