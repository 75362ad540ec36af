import { runScript } from './lib/failure.mjs';
import { REPOSITORY } from './lib/repository.mjs';
import { setUp } from './setup/set-up.mjs';

/** `npm run setup`: everything a start needs; `npm run setup -- --test`: everything the tests need. */
await runScript(async () => {
  await setUp(REPOSITORY, process.argv.includes('--test') ? 'test' : 'start');
  return 0;
});
