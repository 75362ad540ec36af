/** Four kinds of tests, told apart by their names: see CONTRIBUTING.md. */
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.(ts|mjs|js)$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // jose ships only ES modules, which Jest's module system cannot require as they are.
  transformIgnorePatterns: ['/node_modules/(?!(jose)/)'],
  moduleNameMapper: { '^@heddle/([a-z-]+)(/[a-z0-9/-]+)?$': '<rootDir>/libs/$1/src$2' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  // Project by project Jest takes no time-out, so a file sets it.
  setupFilesAfterEnv: ['<rootDir>/test/support/patience.ts'],
};

module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,test,scripts}/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.it\\.spec\\.ts$', '<rootDir>/test/(e2e|conformance)/'],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/{apps,libs,scripts}/**/*.it.spec.ts'],
    },
    {
      ...shared,
      displayName: 'conformance',
      testMatch: ['<rootDir>/test/conformance/**/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'],
      runner: '<rootDir>/scripts/test/queue-runner.mjs',
    },
  ],
};
