import { docs } from './docs.mjs';
import { fileSizes } from './file-sizes.mjs';
import { format } from './format.mjs';
import { lint } from './lint.mjs';
import { lockFile } from './lock-file.mjs';
import { plantedViolations } from './planted.mjs';
import { rooms } from './rooms.mjs';
import { typesOf } from './types.mjs';

const rules = [
  typesOf('tsconfig.json'),
  typesOf('scripts/tsconfig.json'),
  typesOf('apps/dashboard/tsconfig.json'),
  lint,
  format,
  rooms,
  fileSizes,
  lockFile,
  docs,
];

/**
 * Everything `npm run check` looks at, in its order.
 *
 * @type {readonly import('./finding.mjs').Check[]}
 */
export const CHECKS = [...rules, plantedViolations(rules)];
