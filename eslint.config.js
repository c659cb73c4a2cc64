import tseslint from 'typescript-eslint';

const services = ['intake', 'risk', 'routing', 'sampling', 'review', 'audit', 'metrics'];
const refuse = (patterns, message) => ({ 'no-restricted-imports': ['error', { patterns: patterns.map((group) => ({ group: [group], message })) }] });
const kafkaClient = ['kafkajs', 'kafkajs/*'];

/** The rules of the house, and the boundaries of ARCHITECTURE.md. */
export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/generated/**', '.cache/**', '.countersign/**', '**/*.js'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', 400],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/require-await': 'off',
      // Dependencies are handed over as plain objects of functions; none of them uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowNullish: true, allowBoolean: true }],
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
  { files: ['packages/!(kafka)/**/*.ts', 'services/**/*.ts'], rules: refuse(kafkaClient, 'Only packages/kafka knows the Kafka client.') },
  { files: ['packages/core/src/**/*.ts'], ignores: ['**/*.test.ts'], rules: refuse([...kafkaClient, 'pg', 'fastify', 'kysely', 'node:fs', 'node:net', 'node:http', '@countersign/*'], 'core is pure: no I/O, no other package.') },
  { files: ['packages/!(stack)/**/*.ts'], rules: refuse([...kafkaClient.slice(0, 0), ...services.map((name) => `@countersign/${name}`)], 'Packages never import services.') },
  { files: ['packages/merkle/src/**/*.ts'], ignores: ['**/*.test.ts'], rules: refuse([...kafkaClient, 'pg', 'fastify', 'kysely', 'node:fs', 'node:net', 'node:http', 'node:timers', '@countersign/*'], 'merkle is pure: no I/O, no clock, no other package.') },
  ...services.map((name) => ({ files: [`services/${name}/**/*.ts`], rules: refuse([...kafkaClient, ...services.filter((other) => other !== name).map((other) => `@countersign/${other}`)], 'Services never import each other, nor the Kafka client.') })),
);
