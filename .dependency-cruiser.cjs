/** Which room may know which: the plan of the house, made executable. Each rule has a planted violation in scripts/check. */

const SPEC = '\\.spec\\.tsx?$';

/**
 * A package of node_modules.
 *
 * @param {string} names a regular expression
 */
const npm = (names) => `(^|/)node_modules/(${names})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'libs-stand-without-apps',
      comment: 'A library never imports an app.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-apart',
      comment: 'Apps meet over the wire, never by import.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'pure-libraries',
      comment:
        'domain imports nothing outside itself, calc nothing but domain: no library, no package, nothing of Node.',
      severity: 'error',
      from: { path: '^libs/(domain|calc)/', pathNot: SPEC },
      to: { pathNot: '^libs/($1|domain)/' },
    },
    {
      name: 'library-door',
      comment:
        'A library is imported by its name @heddle/<library>, which leads to its index.ts, or by a side door that tsconfig.json names: no way around them.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: ['^libs/', '^@heddle/'], pathNot: '^libs/$1/', dependencyTypesNot: ['aliased-tsconfig-paths'] },
    },
    {
      name: 'library-door-from-outside',
      comment: 'The same for what is no library itself.',
      severity: 'error',
      from: { pathNot: '^libs/' },
      to: { path: ['^libs/', '^@heddle/'], dependencyTypesNot: ['aliased-tsconfig-paths'] },
    },
    {
      name: 'cli-by-side-doors',
      comment:
        'The command line starts often: of the platform it takes what it uses, not nats, logger and metrics as well.',
      severity: 'error',
      from: { path: '^apps/cli/', pathNot: SPEC },
      to: { path: ['^libs/platform/src/index\\.ts$', '^@heddle/platform$'] },
    },
    {
      name: 'nats-in-its-rooms',
      comment: 'nats is known to the log, the cell protocol and the platform alone.',
      severity: 'error',
      from: { pathNot: ['^libs/(event-log|cell-protocol|platform|testing)/', SPEC] },
      to: { path: npm('nats') },
    },
    {
      name: 'databases-in-read-model',
      comment: 'TypeORM and the database drivers are known to the read model alone.',
      severity: 'error',
      from: { pathNot: '^libs/(read-model|testing)/' },
      to: { path: npm('typeorm|(@types/)?pg|libsql') },
    },
    {
      name: 'nest-in-control-plane',
      comment: 'Nest is the frame of the HTTP server and of nothing else.',
      severity: 'error',
      from: { pathNot: '^apps/control-plane/' },
      to: { path: npm('@nestjs/[^/]+|nestjs-[^/]+') },
    },
    {
      name: 'cni-alone',
      comment: 'The CNI plugin is one file, started for each container: nothing but modules of Node.',
      severity: 'error',
      from: { path: '^apps/cni/', pathNot: SPEC },
      to: { dependencyTypesNot: ['core'] },
    },
    {
      name: 'networker-alone',
      comment: "So is Guardian's networker, in several files.",
      severity: 'error',
      from: { path: '^apps/garden-networker/', pathNot: SPEC },
      to: { pathNot: '^apps/garden-networker/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'testing-in-tests',
      comment: 'What only tests need must not reach a process.',
      severity: 'error',
      from: { pathNot: ['^libs/testing/', '^test/', SPEC] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or miss a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere is invisible to every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@heddle/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types alone count too: they tie rooms together just as much.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['main', 'types', 'typings'],
    },
  },
};
