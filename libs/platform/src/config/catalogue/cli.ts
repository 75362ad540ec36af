import { z } from 'zod';
import { type Setting, urlOf } from '../setting';

/** What only the command line reads. */
export const cliSettings = {
  url: {
    env: 'HEDDLE_URL',
    description: 'The HTTP API the command line talks to.',
    default: 'http://127.0.0.1:4002',
    ...urlOf(['http:', 'https:']),
  },
  token: {
    env: 'HEDDLE_TOKEN',
    description: 'The bearer token of the command line. Without it the admin token in the data directory is used.',
    isSecret: true,
    expects: 'a token without spaces',
    schema: z.string().regex(/^\S+$/),
  },
} as const satisfies Record<string, Setting<unknown>>;
