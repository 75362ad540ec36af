import { oneOf, type Setting, wholeNumber } from '../setting';

/** The cells the launcher makes on one machine. */
export const labSettings = {
  lab: {
    env: 'HEDDLE_LAB',
    description:
      'Whether the start also makes a lab of cells in network namespaces: `auto` makes it where that is possible, `on` fails where it is not.',
    default: 'auto',
    ...oneOf(['auto', 'on', 'off']),
  },
  labCells: {
    env: 'HEDDLE_LAB_CELLS',
    description: 'How many cells the lab has.',
    unit: 'cells',
    default: '2',
    ...wholeNumber(1, 16),
  },
} as const satisfies Record<string, Setting<unknown>>;
