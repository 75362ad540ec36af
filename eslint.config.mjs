import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

const TEST_WORDS = '/^(it|test|describe)$/';
/** A test that runs alone hides all others. */
const FOCUSED = [
  `MemberExpression[object.name=${TEST_WORDS}][property.name='only']`,
  'CallExpression[callee.name=/^(fit|fdescribe)$/]',
];
/** A test that never runs proves nothing; one that cannot run everywhere chooses by a reason: `reason ? describe.skip : describe`. */
const SKIPPED = [
  `CallExpression > MemberExpression.callee[object.name=${TEST_WORDS}][property.name=/^(skip|todo)$/]`,
  `CallExpression > MemberExpression.callee > MemberExpression.object[object.name=${TEST_WORDS}][property.name='skip']`,
  'CallExpression[callee.name=/^(xit|xtest|xdescribe)$/]',
];
const banned = (message) => (selector) => ({ selector, message });

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.heddle/**'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mts', 'scripts/**/*.mjs'],
    ignores: ['scripts/docs.mjs'],
    extends: [...tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      // A default branch is a decision about all other cases.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.spec.tsx'],
    rules: {
      'no-restricted-syntax': ['error', ...FOCUSED.map(banned('focused test')), ...SKIPPED.map(banned('skipped test'))],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
        performance: 'readonly',
      },
    },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
