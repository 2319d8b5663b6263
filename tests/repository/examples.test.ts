import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type PublicExport, publicExports } from '../support/public-exports.ts'

let exported: PublicExport[]
beforeAll(async () => {
  exported = await publicExports()
})

describe('the examples in comments of public exports', () => {
  test('exist for every function and class, except for subclasses', () => {
    const names = exported.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['coatcheck createSessions', 'coatcheck/authorizer createAuthorizer']))
    const missing = exported.filter(
      ({ kind, base, examples }) =>
        (kind === 'function' || (kind === 'class' && (!base || base === 'Error'))) && examples.length === 0,
    )
    expect(missing.map(({ name }) => name)).toEqual([])
  })

  test('compile against the sources', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coatcheck-examples-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await symlink(resolve('node_modules'), join(folder, 'node_modules'))
    const config = {
      extends: resolve('tsconfig.json'),
      compilerOptions: { lib: ['esnext', 'dom'], noUnusedLocals: false },
      include: ['*.ts'],
      exclude: [],
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
    for (const { name, examples } of exported)
      for (const [index, code] of examples.entries())
        await writeFile(join(folder, `${name.replace(/\W/g, '-')}-${index + 1}.ts`), `${code}\nexport {}\n`)
    const { stdout } = spawnSync(resolve('node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })
})
