import type { z } from 'zod';
import type { Setting } from '../setting';
import { accessSettings } from './access';
import { apiSettings } from './apis';
import { cellAgentSettings } from './cell-agent';
import { cliSettings } from './cli';
import { fileSettings } from './files';
import { labSettings } from './lab';
import { leaseSettings } from './leases';
import { loggingSettings } from './logging';
import { policySettings } from './policies';
import { storeSettings } from './stores';

/** Everything that can be configured, in the order of the reference page. */
export const catalogue = {
  ...fileSettings,
  ...apiSettings,
  ...storeSettings,
  ...loggingSettings,
  ...labSettings,
  ...leaseSettings,
  ...accessSettings,
  ...policySettings,
  ...cellAgentSettings,
  ...cliSettings,
} as const satisfies Record<string, Setting<unknown>>;

type Catalogue = typeof catalogue;

/** The name of a setting in the code. */
export type SettingName = keyof Catalogue;

/** The value of each setting; undefined only where there is no default. */
export type Settings = {
  readonly [Name in SettingName]:
    z.output<Catalogue[Name]['schema']> | (Catalogue[Name] extends { default: string } ? never : undefined);
};
