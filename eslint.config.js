import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const services = ['intake', 'risk', 'routing', 'sampling', 'review', 'audit', 'metrics'];
const kafkaClient = { patterns: ['kafkajs', 'kafkajs/*'], message: 'Only packages/kafka knows the Kafka client.' };
const servicesBut = (own) => ({ patterns: services.filter((name) => name !== own).map((name) => `@countersign/${name}`), message: own === undefined ? 'Packages never import services.' : 'Services never import each other.' });
const impure = { patterns: ['pg', 'fastify', 'kysely', 'node:fs', 'node:fs/*', 'node:net', 'node:http', 'node:timers', 'node:timers/*', '@countersign/*'], message: 'This package is pure: no I/O, no clock, no other package.' };
const browserOnly = { patterns: ['node:*', '@countersign/*'], message: 'The console runs in a browser and knows the services over HTTP only.' };
/** Everything a decision holds is hostile until shown otherwise. */
const inert = { 'no-restricted-syntax': ['error', ...["JSXAttribute[name.name='dangerouslySetInnerHTML']", "AssignmentExpression[left.property.name=/^(inner|outer)HTML$/]", "CallExpression[callee.property.name='insertAdjacentHTML']"].map((selector) => ({ selector, message: 'Content is shown inertly, never as HTML of the page.' }))] };
/** One call a file: of two settings of a rule that fit the same file, the later replaces the earlier. */
const refuse = (...refusals) => ({ 'no-restricted-imports': ['error', { patterns: refusals.flatMap(({ patterns, message }) => patterns.map((group) => ({ group: [group], message }))) }] });
const sqlText = '/^\\s*(select|with|insert into|update|delete from)\\s/i';
const sqlInStores = { 'no-restricted-syntax': ['error', ...[`CallExpression[callee.property.name=/^(query|rows|row|run)$/] > Literal[value=${sqlText}]`, `CallExpression[callee.property.name=/^(query|rows|row|run)$/] > TemplateLiteral > TemplateElement:first-child[value.raw=${sqlText}]`, `Property[key.name='text'] > TemplateLiteral > TemplateElement:first-child[value.raw=${sqlText}]`, `Property[key.name='text'] > Literal[value=${sqlText}]`].map((selector) => ({ selector, message: 'SQL stands in store files.' }))] };

/** The rules of the house, and the boundaries of ARCHITECTURE.md. */
export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/generated/**', '.cache/**', '.countersign/**', '**/*.js', 'packages/evidence/countersign-verify*.mjs', 'packages/console/dist*/**'] },
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
  { files: ['packages/**/*.{ts,tsx}'], rules: refuse(kafkaClient, servicesBut()) },
  { files: ['packages/console/app/**/*.{ts,tsx}'], plugins: { 'react-hooks': reactHooks }, rules: { ...refuse(kafkaClient, servicesBut(), browserOnly), 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error', ...inert } },
  { files: ['packages/kafka/**/*.ts'], rules: refuse(servicesBut()) },
  { files: ['packages/stack/**/*.ts'], rules: refuse(kafkaClient) },
  { files: ['packages/{core,merkle}/src/**/*.ts'], ignores: ['**/*.test.ts'], rules: refuse(kafkaClient, impure) },
  ...services.map((name) => ({ files: [`services/${name}/**/*.ts`], rules: refuse(kafkaClient, servicesBut(name)) })),
  { files: ['services/**/*.ts'], ignores: ['**/store.ts', '**/*-store.ts', '**/migrations/**', '**/testing/**', '**/*.test.ts'], rules: sqlInStores },
);
