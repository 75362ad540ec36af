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
  moduleNameMapper: { '^@heddle/([a-z-]+)$': '<rootDir>/libs/$1/src' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};

/**
 * What stands on other processes waits for them: a command of ours takes a second to start on a busy machine, and some tests run
 * six. A test that hangs is still found.
 */
const PATIENCE_MS = 30_000;

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
      testTimeout: PATIENCE_MS,
      testMatch: ['<rootDir>/{apps,libs,scripts}/**/*.it.spec.ts'],
    },
    {
      ...shared,
      displayName: 'conformance',
      testTimeout: PATIENCE_MS,
      testMatch: ['<rootDir>/test/conformance/**/*.spec.ts'],
    },
    { ...shared, displayName: 'e2e', testTimeout: PATIENCE_MS, testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
  ],
};
