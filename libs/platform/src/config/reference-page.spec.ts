import { catalogue, type SettingName } from './catalogue';
import { knownFileKeys } from './configuration-file';
import { programs } from './programs';
import { renderConfigurationReference } from './reference-page';
import type { Setting } from './setting';

const settings = Object.entries<Setting<unknown>>(catalogue);

describe('the settings catalogue', () => {
  it.each(settings.filter(([, setting]) => setting.default !== undefined))(
    'has a default for %s that fits',
    (_, setting) => expect(setting.schema.safeParse(setting.default).success).toBe(true),
  );

  it.each(settings.map(([name]) => name as SettingName))('has a reader for %s', (name) => {
    const readers = Object.values(programs).filter(({ reads }) => (reads as readonly SettingName[]).includes(name));
    expect(readers).not.toEqual([]);
  });

  it('has no two settings of one name', () => {
    expect(new Set(settings.map(([, { env }]) => env)).size).toBe(settings.length);
    expect(new Set(knownFileKeys()).size).toBe(knownFileKeys().length);
  });
});

describe('the reference page', () => {
  const page = renderConfigurationReference();

  it('has a section for every setting', () =>
    expect(page.match(/^## .*/gm)).toEqual(settings.map(([, { env }]) => `## ${env}`)));

  it('says of a setting what it does, what it can be, and who reads it', () =>
    expect(page).toContain(`## HEDDLE_LEASE_RENEW_INTERVAL

How often a cell renews its lease.

- Value: a whole number from 1 to 31536000
- Unit: seconds
- Default: \`30\`
- In the file: \`lease_renew_interval\`
- Read by: launcher, control-plane, cell-agent
`));

  it('tells what a program cannot do without', () =>
    expect(page).toMatch(/## HEDDLE_CELL\n[^#]*cell-agent \(required\)/));
});
