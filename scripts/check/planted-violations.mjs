/**
 * One file that breaks one rule. Together with {@link GROUND} they make a small tree in which every rule has something to say.
 *
 * @typedef {object} Planted
 * @property {string} check the name of the check that must see it
 * @property {string} rule that must object, and to this file
 * @property {string} file
 * @property {string} text
 */

/** What the violations stand on; no rule objects to these files. */
export const GROUND = {
  'libs/domain/src/index.ts': "export * from './policy';\n",
  'libs/domain/src/policy.ts': "export const protocols = ['tcp', 'udp'] as const;\n",
  'libs/calc/src/index.ts': 'export const one = 1;\n',
  'libs/testing/src/index.ts': 'export const given = 1;\n',
  'libs/platform/src/circle.ts': "export { b } from './circle-back';\nexport const a = 1;\n",
  'apps/cli/src/main.ts': "export const name = 'heddle';\n",
};

const TYPES = 'types of tsconfig.json';
const LINT = 'eslint';
const ROOMS = 'dependency-cruiser';

/**
 * A page that is generated from the code and is not what the code says. It stands in a tree of its own, with the real libraries.
 *
 * @type {Planted}
 */
export const STALE_PAGE = {
  check: 'generated docs',
  rule: 'fresh-docs',
  file: 'docs/reference/configuration.md',
  text: '# Configuration\n',
};

/** @type {readonly Planted[]} */
export const PLANTED = [
  {
    check: TYPES,
    rule: 'TS2322',
    file: 'libs/domain/src/wrong-type.ts',
    text: "export const port: number = '8080';\n",
  },
  {
    check: LINT,
    rule: '@typescript-eslint/no-floating-promises',
    file: 'libs/platform/src/floating-promise.ts',
    text: 'export function start(): void {\n  Promise.resolve(1);\n}\n',
  },
  {
    check: LINT,
    rule: '@typescript-eslint/no-misused-promises',
    file: 'libs/platform/src/misused-promise.ts',
    text: 'export const isReady = (ready: Promise<boolean>): number => (ready ? 1 : 0);\n',
  },
  {
    check: LINT,
    rule: '@typescript-eslint/await-thenable',
    file: 'libs/platform/src/needless-await.ts',
    text: 'export const two = async (): Promise<number> => await 2;\n',
  },
  {
    check: LINT,
    rule: '@typescript-eslint/switch-exhaustiveness-check',
    file: 'libs/platform/src/forgotten-case.ts',
    text: [
      "export function numberOf(protocol: 'tcp' | 'udp'): number {",
      '  switch (protocol) {',
      "    case 'tcp':",
      '      return 6;',
      '  }',
      '  return 17;',
      '}',
      '',
    ].join('\n'),
  },
  {
    check: LINT,
    rule: '@typescript-eslint/no-explicit-any',
    file: 'libs/platform/src/any.ts',
    text: 'export const anything: any = 1;\n',
  },
  {
    check: LINT,
    rule: '@typescript-eslint/no-unused-vars',
    file: 'libs/platform/src/unused.ts',
    text: 'const unused = 1;\nexport {};\n',
  },
  {
    check: LINT,
    rule: 'no-restricted-syntax',
    file: 'libs/platform/src/focused.spec.ts',
    text: "it.only('runs alone', () => undefined);\n",
  },
  {
    check: LINT,
    rule: 'no-restricted-syntax',
    file: 'libs/platform/src/skipped.spec.ts',
    text: "describe.skip('never runs', () => undefined);\n",
  },
  {
    check: 'prettier',
    rule: 'format',
    file: 'libs/platform/src/unformatted.ts',
    text: 'export   const x=1\n',
  },
  {
    check: ROOMS,
    rule: 'pure-libraries',
    file: 'libs/domain/src/reads-files.ts',
    text: "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
  },
  {
    check: ROOMS,
    rule: 'pure-libraries',
    file: 'libs/domain/src/uses-library.ts',
    text: "export { one } from '@heddle/calc';\n",
  },
  {
    check: ROOMS,
    rule: 'pure-libraries',
    file: 'libs/calc/src/uses-nats.ts',
    text: "import type { NatsConnection } from 'nats';\nexport type Connection = NatsConnection;\n",
  },
  {
    check: ROOMS,
    rule: 'pure-libraries',
    file: 'libs/calc/src/uses-library.ts',
    text: "export { one } from '@heddle/platform';\n",
  },
  {
    check: ROOMS,
    rule: 'nats-in-its-rooms',
    file: 'apps/control-plane/src/uses-nats.ts',
    text: "export { connect } from 'nats';\n",
  },
  {
    check: ROOMS,
    rule: 'databases-in-read-model',
    file: 'apps/control-plane/src/uses-typeorm.ts',
    text: "export { DataSource } from 'typeorm';\n",
  },
  {
    check: ROOMS,
    rule: 'databases-in-read-model',
    file: 'libs/platform/src/uses-postgres.ts',
    text: "import type { Client } from 'pg';\nexport type Connection = Client;\n",
  },
  {
    check: ROOMS,
    rule: 'nest-in-control-plane',
    file: 'libs/event-log/src/uses-nest.ts',
    text: "export { Injectable } from '@nestjs/common';\n",
  },
  {
    check: ROOMS,
    rule: 'cni-alone',
    file: 'apps/cni/src/uses-platform.ts',
    text: "export { messageOf } from '@heddle/platform';\n",
  },
  {
    check: ROOMS,
    rule: 'networker-alone',
    file: 'apps/garden-networker/src/uses-platform.ts',
    text: "export { messageOf } from '@heddle/platform';\n",
  },
  {
    check: ROOMS,
    rule: 'libs-stand-without-apps',
    file: 'libs/platform/src/uses-app.ts',
    text: "export { name } from '../../../apps/cli/src/main';\n",
  },
  {
    check: ROOMS,
    rule: 'apps-apart',
    file: 'apps/launcher/src/uses-app.ts',
    text: "export { name } from '../../cli/src/main';\n",
  },
  {
    check: ROOMS,
    rule: 'library-door',
    file: 'libs/platform/src/past-the-door.ts',
    text: "export { protocols } from '@heddle/domain/policy';\n",
  },
  {
    check: ROOMS,
    rule: 'library-door',
    file: 'libs/platform/src/through-the-wall.ts',
    text: "export { protocols } from '../../domain/src';\n",
  },
  {
    check: ROOMS,
    rule: 'library-door-from-outside',
    file: 'apps/cli/src/through-the-wall.ts',
    text: "export { protocols } from '../../../libs/domain/src/policy';\n",
  },
  {
    check: ROOMS,
    rule: 'library-door-from-outside',
    file: 'apps/cli/src/past-the-door.ts',
    text: "export { protocols } from 'libs/domain/src/policy';\n",
  },
  {
    check: ROOMS,
    rule: 'cli-by-side-doors',
    file: 'apps/cli/src/by-the-main-door.ts',
    text: "export { messageOf } from '@heddle/platform';\n",
  },
  {
    check: ROOMS,
    rule: 'testing-in-tests',
    file: 'apps/cli/src/uses-testing.ts',
    text: "export { given } from '@heddle/testing';\n",
  },
  {
    check: ROOMS,
    rule: 'no-cycles',
    file: 'libs/platform/src/circle-back.ts',
    text: "import { a } from './circle';\nexport const b = a;\n",
  },
  {
    check: ROOMS,
    rule: 'resolvable',
    file: 'libs/platform/src/leads-nowhere.ts',
    text: "export { gone } from './gone';\n",
  },
  ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({
    check: 'file sizes',
    rule: 'long-file',
    file: `libs/platform/src/long-${name}.ts`,
    text: `// line\n`.repeat(280) + 'export {};\n',
  })),
  {
    check: 'lock file',
    rule: 'no-registry',
    file: 'package-lock.json',
    text: '{\n  "resolved": "https://registry.example/nats/-/nats-2.29.3.tgz"\n}\n',
  },
];
