import { benchNames, ensureBenchesBuilt } from './bench/benches.mjs';
import { Failure, runScript } from './lib/failure.mjs';
import { fullSearchPath } from './lib/find-program.mjs';
import { REPOSITORY } from './lib/repository.mjs';
import { runInForeground } from './lib/run-in-foreground.mjs';
import { setUp } from './setup/set-up.mjs';

/** `npm run bench -- <name> [--json] [arguments]`: one measurement; without a name, which there are. */
await runScript(async () => {
  const [name, ...args] = process.argv.slice(2);
  const names = benchNames(REPOSITORY);
  const list = `benches: ${names.join(', ') || 'none yet'}`;
  if (name === undefined) {
    console.log(list);
    return 0;
  }
  if (!names.includes(name)) throw new Failure(`no bench is called '${name}'; ${list}`);
  await setUp(REPOSITORY, 'start');
  await ensureBenchesBuilt(REPOSITORY);
  return runInForeground([`dist/test/bench/${name}.js`, ...args], {
    cwd: REPOSITORY,
    env: { PATH: fullSearchPath() },
  });
});
