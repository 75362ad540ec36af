import type { z } from 'zod';
import type { Setting } from './setting';
import { accessSettings } from './catalogue/access';
import { apiSettings } from './catalogue/apis';
import { auditSettings } from './catalogue/audit';
import { cellAgentSettings } from './catalogue/cell-agent';
import { cliSettings } from './catalogue/cli';
import { fileSettings } from './catalogue/files';
import { labSettings } from './catalogue/lab';
import { leaseSettings } from './catalogue/leases';
import { loggingSettings } from './catalogue/logging';
import { outsideSettings } from './catalogue/outside';
import { policySettings } from './catalogue/policies';
import { refusedSettings } from './catalogue/refused';
import { roleSettings } from './catalogue/roles';
import { storeSettings } from './catalogue/stores';

/** Everything that can be configured, in the order of the reference page. */
export const catalogue = {
  ...fileSettings,
  ...apiSettings,
  ...roleSettings,
  ...storeSettings,
  ...loggingSettings,
  ...labSettings,
  ...leaseSettings,
  ...accessSettings,
  ...policySettings,
  ...refusedSettings,
  ...auditSettings,
  ...cellAgentSettings,
  ...outsideSettings,
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
