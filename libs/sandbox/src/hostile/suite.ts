import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sandbox, SandboxName } from '../port.ts';
import { type Outcome, readOutcome } from '../testbed.ts';
import { type Host, openHost } from './host.ts';
import { prelude } from './prelude.ts';
import { type HostileProgram, python, tightLimits } from './program.ts';
import { hostilePrograms } from './programs.ts';

/** Where the programs are let loose. */
export interface Ground {
  sandbox: Sandbox;
  /** Host folder in which the sandbox keeps its executions. */
  root: string;
  /** What an execution that ended has left outside of that folder, in words; asked before it is removed. */
  leftovers?: (name: SandboxName) => string[];
  close: () => Promise<void>;
}

/** An execution that must not notice any of it. */
const neighbour = python`
import socket, time
listener = socket.create_server(('127.0.0.1', 4711))
local = socket.socket(socket.AF_UNIX)
local.bind('\0' + NAME)
local.listen()
for folder in ('/attempt', '/tmp', '/dev/shm'): open(f'{folder}/{NAME}', 'w').write(NAME)
time.sleep(600)
`;

const newName = (): SandboxName => ({ run: 'hostile', attempt: randomUUID(), execution: 1 });

/** Runs every hostile program in what `open` gives, next to an execution that goes on meanwhile. */
export function letHostileProgramsLoose(open: () => Ground | Promise<Ground>): void {
  let ground: Ground;
  let host: Host;
  const other = newName();

  beforeAll(async () => {
    ground = await open();
    host = await openHost(ground.root);
    await startNeighbour(ground, host, other);
  });
  afterAll(async () => {
    await ground.sandbox.stop(other);
    await ground.sandbox.remove(other);
    await ground.close();
    await host.close();
  });

  it.each(hostilePrograms.map((program) => [program.id, program.tries, program] as const))(
    '%s: %s',
    async (_, __, program) => {
      const { outcome, left } = await letLoose(ground, host, program);
      const told = `${outcome.detail}\n${outcome.stdout.slice(-4000)}\n${outcome.stderr.slice(-4000)}`;
      expect(program.verdicts, told).toContain(outcome.verdict);
      expect([...harmsOf(program, outcome, host), ...left], told).toEqual([]);
      expect(await ground.sandbox.find(other)).toBe('running');
    },
  );
}

async function startNeighbour(
  { sandbox }: Ground,
  { bait, neighbourData: publicData }: Host,
  name: SandboxName,
): Promise<void> {
  const code = `NAME = ${JSON.stringify(bait.neighbour)}\n${neighbour}`;
  await sandbox.start(name, { code, publicData, limits: { ...tightLimits, wallSeconds: 600 } });
}

/** Start to removed; `left`: what is not gone after that. */
async function letLoose(
  { sandbox, root, leftovers }: Ground,
  host: Host,
  { code, limits }: HostileProgram,
): Promise<{ outcome: Outcome; left: string[] }> {
  const name = newName();
  await sandbox.start(name, {
    code: prelude(host.bait) + code,
    publicData: host.publicData,
    limits: { ...tightLimits, ...limits },
  });
  await sandbox.wait(name);
  const alive = host.harms();
  const outcome = readOutcome(await sandbox.collect(name));
  const left = [...alive, ...(leftovers?.(name) ?? [])];
  await sandbox.remove(name);
  const status = await sandbox.find(name);
  const traces = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes(name.attempt) || path.startsWith('staging/'))
    .map((path) => `${path} is left`);
  return {
    outcome,
    left: [...left, ...traces, ...(status === 'absent' ? [] : [`it is ${status}`])],
  };
}

function harmsOf(program: HostileProgram, outcome: Outcome, host: Host): string[] {
  const { stdout, stderr, submission } = outcome;
  const texts = [stdout, stderr, submission ?? ''];
  const held = stdout.split('\n').filter((line) => line.startsWith('held ')).length;
  const limit = program.limits?.outputBytes ?? tightLimits.outputBytes;
  return [
    ...(host.isTold(texts) ? ['a secret came out'] : []),
    ...texts.flatMap((text) => /^BREACH.*/m.exec(text) ?? []),
    ...(program.attempts === undefined || held === program.attempts ? [] : [`${held} attempts`]),
    ...(stdout.length + stderr.length <= limit ? [] : ['its output is over the limit']),
    ...(program.harms?.(outcome) ?? []),
  ];
}
