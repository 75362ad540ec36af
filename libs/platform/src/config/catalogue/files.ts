import { filePath, type Setting } from '../setting';

/** Where Heddle finds its settings, and where it keeps its data. */
export const fileSettings = {
  configFile: {
    env: 'HEDDLE_CONFIG',
    description: 'A file with settings, in YAML or JSON. What the environment says wins over the file.',
    isEnvironmentOnly: true,
    ...filePath,
  },
  dataDir: {
    env: 'HEDDLE_DATA_DIR',
    description:
      'Where Heddle keeps its data: signing key, admin token, SQLite read model, and the store of the embedded nats-server.',
    default: './.heddle',
    ...filePath,
  },
} as const satisfies Record<string, Setting<unknown>>;
