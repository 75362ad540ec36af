import { catalogue, type SettingName } from './catalogue';
import { fileKeyOf } from './configuration-file';
import { programs } from './programs';
import type { Setting } from './setting';

const INTRODUCTION = `# Configuration

Every program of Heddle takes its settings from environment variables and from an optional file that \`HEDDLE_CONFIG\`
names. The file is YAML or JSON with one key per setting; a key is the name of the variable in lower case and without
\`HEDDLE_\`. The environment wins over the file. A variable that is empty counts as not set.

\`\`\`yaml
http_port: 4102
database_url: postgres://heddle@db.example.org/heddle
lab: off
\`\`\`

A \`HEDDLE_…\` variable or a key that is not on this page is an error, and so is a value that does not fit. All errors are
reported together, and the program ends with exit code 2.`;

/** The reference page of all settings, in Markdown, from the catalogue alone. */
export function renderConfigurationReference(): string {
  return `${[INTRODUCTION, ...Object.entries<Setting<unknown>>(catalogue).map(renderSetting)].join('\n\n')}\n`;
}

function renderSetting([name, setting]: [string, Setting<unknown>]): string {
  const facts = [
    `Value: ${setting.expects}`,
    setting.unit && `Unit: ${setting.unit}`,
    `Default: ${setting.default === undefined ? 'none' : `\`${setting.default}\``}`,
    `In the file: ${setting.isEnvironmentOnly ? 'not possible' : `\`${fileKeyOf(setting)}\``}`,
    `Read by: ${readersOf(name as SettingName).join(', ')}`,
  ];
  const list = facts.filter((fact) => fact !== undefined).map((fact) => `- ${fact}`);
  return `## ${setting.env}\n\n${setting.description}\n\n${list.join('\n')}`;
}

function readersOf(name: SettingName): string[] {
  return Object.entries(programs).flatMap(([program, { reads, requires }]) => {
    if (!(reads as readonly SettingName[]).includes(name)) return [];
    return (requires as readonly SettingName[]).includes(name) ? [`${program} (required)`] : [program];
  });
}
