import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { replaceFile } from '../../lib/replace-file.ts'

test('replaceFile leaves only the new contents, which only the owner can read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'export.json')
  await writeFile(file, 'longer than the new contents', { mode: 0o644 })
  await replaceFile(file, 'new')
  expect(await readFile(file, 'utf8')).toBe('new')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['export.json'])
})
