import js from '@eslint/js';
import n from 'eslint-plugin-n';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

/** House style that the compiler does not see: docs/PRINCIPLES.md says why. */
const house = {
  'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
  eqeqeq: 'error',
  'no-console': 'error',
  'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
  '@typescript-eslint/explicit-module-boundary-types': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
  // Faces are objects of closures: their methods have no `this` to lose.
  '@typescript-eslint/unbound-method': 'off',
  // Kinds of files are recognised by their first bytes.
  'no-control-regex': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/require-await': 'off',
};

export default ts.config(
  { ignores: ['dist/', '.cache/', 'node_modules/', 'tests/hostile/programs/', 'coverage/'] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        project: [
          'protocol/tsconfig.json',
          'main/tsconfig.json',
          'sandbox/tsconfig.json',
          'algorithms/tsconfig.json',
          'renderer/tsconfig.json',
          'build/tsconfig.json',
          'tests/tsconfig.json',
          'bench/tsconfig.json',
          'examples/newcomer/tsconfig.json',
          'examples/algorithm/tsconfig.json',
          // last: its tests import files of the projects above
          'tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
  },
  { files: ['**/*.ts', '**/*.svelte'], rules: house },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      // Seen from here a component's properties are `any`; svelte-check knows their types.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // Maps and sets that no template reads need no reactivity.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['main/**/*.ts', 'sandbox/**/*.ts', 'build/**/*.ts'],
    plugins: { n },
    rules: { 'n/prefer-node-protocol': 'error', 'n/no-deprecated-api': 'error', 'n/no-process-exit': 'error' },
  },
  {
    files: ['main/core/terminal.ts', 'sandbox/index.ts', 'build/**', 'tests/**', 'bench/**', '**/*.test.ts'],
    rules: { 'n/no-process-exit': 'off' },
  },
  // The brand's parser is the one place outside tests where a value is declared to be of a type.
  { files: ['protocol/brand.ts'], rules: { '@typescript-eslint/consistent-type-assertions': 'off' } },
  {
    files: ['**/*.test.ts', 'tests/**', 'bench/**'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  // An example of a service believes its locker: what comes from there has the documented form.
  {
    files: ['examples/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  { files: ['main/store/migrations/*.ts'], rules: { 'max-lines': 'off' } },
  { files: ['bench/**', 'build/**', 'tests/**', '**/*.test.ts'], rules: { 'no-console': 'off' } },
  { files: ['**/*.config.ts', '**/*.conf.ts', '**/*.config.js'], rules: { 'no-restricted-exports': 'off' } },
  {
    files: ['**/*.js', '**/*.mjs'],
    ...ts.configs.disableTypeChecked,
    languageOptions: { globals: globals.node, parserOptions: { project: null } },
  },
  // Scripts that a browser gets as they are.
  { files: ['main/service-api/pages/*.js'], languageOptions: { globals: globals.browser } },
);
