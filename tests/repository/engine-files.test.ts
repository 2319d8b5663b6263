import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { engineFiles, isTestFile, OF_NO_ENGINE } from '../support/engine-files.ts'

// `npm run test:dynamodb-local` runs all test files that use the run's engine, except for a list with reasons.

describe('the test files for DynamoDB Local', () => {
  test('include files that use the engine directly or through an import', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coatcheck-files-'))
    const ask = "inject('end" + "point')" // concatenated, so that this file does not match itself
    const files = {
      'own.test.ts': `connect(${ask})`,
      'deep/through.test.ts': "import { open } from '../support/two.ts'",
      'dynamic.test.ts': "const { open } = await import('./support/one.ts')",
      'exported.test.ts': "import './support/again.ts'",
      'by-another-name.test.ts': "const which = 'x'\ninject(which)",
      'pure.test.ts': "import { join } from 'node:path'\nimport { pure } from './support/pure.ts'",
      'name-alone.test.ts': "const name = inject('engine')",
      'types.test.ts': "import type { Open } from './support/one.ts'",
      'support/one.ts': `export const open = () => ${ask}`,
      'support/two.ts': "import {\n  open,\n} from './one.ts'",
      'support/again.ts': "export * from './two.ts'",
      'support/pure.ts': "import { again } from '../pure.test.ts'",
    }
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    const asking = engineFiles(folder).map((file) => file.slice(folder.length + 1))
    await rm(folder, { recursive: true })
    expect(asking).toEqual([
      'by-another-name.test.ts',
      'deep/through.test.ts',
      'dynamic.test.ts',
      'exported.test.ts',
      'own.test.ts',
    ])
  })

  test('include files that open tables, a service, a scene or a stack', async () => {
    const asking = engineFiles()
    const openers = /\b(createTestTables|startTestService|PLACES|openTestStack|stackOfTest)\b/
    for (const name of (await readdir('tests', { recursive: true })).filter(isTestFile)) {
      const file = join('tests', name)
      if (file === 'tests/repository/engine-files.test.ts') continue
      if (openers.test(await readFile(file, 'utf8'))) expect(asking).toContain(file)
    }
    expect(asking).toContain('tests/local/stack.test.ts')
    expect(asking).not.toContain('tests/contract/memory.test.ts')
  })

  test('exclude only files that use the engine, exist, and have a reason', () => {
    const asking = engineFiles()
    for (const [file, why] of Object.entries(OF_NO_ENGINE)) {
      expect(existsSync(file), file).toBe(true)
      expect(asking, `${file} no longer asks: take it off the list`).toContain(file)
      expect(why).toMatch(/\S/)
    }
  })
})
