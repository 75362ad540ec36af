import { runScript } from './lib/failure.mjs';
import { fullSearchPath } from './lib/find-program.mjs';
import { REPOSITORY } from './lib/repository.mjs';
import { runInForeground } from './lib/run-in-foreground.mjs';
import { setUp } from './setup/set-up.mjs';

/** `npm start`: set-up, then the whole of Heddle on this machine until it is told to stop. */
await runScript(async () => {
  const { missing } = await setUp(REPOSITORY, 'start');
  /** @type {Record<string, string>} */
  const withoutLab = missing.some(({ usedBy }) => usedBy === 'lab') ? { HEDDLE_LAB: 'off' } : {};
  // Somebody sits in front of this; who runs Heddle for good says what to log.
  const { HEDDLE_LOG_LEVEL, HEDDLE_CONFIG } = process.env;
  /** @type {Record<string, string>} */
  const calm = HEDDLE_LOG_LEVEL || HEDDLE_CONFIG ? {} : { HEDDLE_LOG_LEVEL: 'warn' };
  return runInForeground(['dist/apps/launcher/src/main.js', ...process.argv.slice(2)], {
    cwd: REPOSITORY,
    env: { PATH: fullSearchPath(), ...calm, ...withoutLab },
  });
});
