import { FaultPoint } from '@ace/faults';
import { death, type Guard } from '../guard.ts';

/** Of opening a run, of choosing states and of generating their attempts. */
export const actGuards: readonly Guard[] = [
  {
    name: 'a run is opened once: its unique key',
    point: FaultPoint.RunOpened,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'libs/buffer/src/run-opening.ts',
        guarded: 'VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
        unguarded: 'VALUES ($1, $2, $3, $4, $5)',
      },
    ],
  },
  {
    name: 'the first choice of states stays',
    point: FaultPoint.StatesSampled,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'libs/buffer/src/groups.ts',
        guarded: 'if (rowCount !== 0) return;',
        unguarded: '',
      },
    ],
  },
  {
    name: 'the stored request is polled',
    point: FaultPoint.RequestStored,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'activities/src/generate.ts',
        guarded:
          '(await lastRequest(deps.db, group)) ?? (await send(deps, engine, group, request))',
        unguarded: 'await send(deps, engine, group, request)',
      },
    ],
  },
  {
    name: 'an artifact gets its name by a rename',
    point: FaultPoint.ArtifactAside,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'libs/buffer/src/artifacts.ts',
        guarded: `  const aside = asideOf(path);
  const file = await open(aside, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  faultPoint(FaultPoint.ArtifactAside);
  await rename(aside, path);`,
        unguarded: `  const file = await open(path, 'wx');
  try {
    const bytes = Buffer.from(content);
    await file.writeFile(bytes.subarray(0, bytes.length / 2));
    faultPoint(FaultPoint.ArtifactAside);
    await file.writeFile(bytes.subarray(bytes.length / 2));
    await file.sync();
  } finally {
    await file.close();
  }`,
      },
    ],
  },
  {
    name: 'an artifact comes before its row',
    point: FaultPoint.CompletionStored,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'activities/src/generate.ts',
        guarded: `  faultPoint(FaultPoint.CompletionStored);`,
        unguarded: `  faultPoint(FaultPoint.CompletionStored);
  await Promise.all(rows.map(({ code }) => deps.artifacts.put(code)));`,
      },
      {
        file: 'activities/src/generate.ts',
        guarded: `  const codeSha = await deps.artifacts.put(code);
  return { sample,`,
        unguarded: `  const codeSha = await Promise.resolve(sha256(code));
  return { code, sample,`,
      },
    ],
  },
  {
    name: 'completions that are stored are not stored again',
    point: FaultPoint.CompletionStored,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'activities/src/generate.ts',
        guarded: '  if ((await readCompletions(deps.db, group)).length === samples) return;\n',
        unguarded: '',
      },
      {
        file: 'libs/buffer/src/completions.ts',
        guarded: '    if (await hasCompletions(tx, group)) return;\n',
        unguarded: '',
      },
    ],
  },
  {
    name: 'a phase that is over is left alone',
    point: FaultPoint.PhaseMovedOn,
    arrival: 1,
    mishap: death,
    passages: [
      {
        file: 'libs/buffer/src/turns.ts',
        guarded: "    if (standing === 'past') return { done: true };\n",
        unguarded: '',
      },
    ],
  },
];
