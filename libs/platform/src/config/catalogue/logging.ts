import { LOG_LEVELS } from '../../logging/levels';
import { oneOf, onOrOff, type Setting } from '../setting';

/** What the programs say of themselves. */
export const loggingSettings = {
  logLevel: {
    env: 'HEDDLE_LOG_LEVEL',
    description: 'How much is logged to stderr.',
    default: 'info',
    ...oneOf(LOG_LEVELS),
  },
  debug: {
    env: 'HEDDLE_DEBUG',
    description: 'Whether a program that ends with an error shows where in the code it came from.',
    default: 'off',
    isEnvironmentOnly: true,
    ...onOrOff,
  },
} as const satisfies Record<string, Setting<unknown>>;
