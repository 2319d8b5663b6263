import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { REFERENCE_PAGES } from '../../scripts/reference/pages.ts'

test.each(REFERENCE_PAGES)('$file is what `npm run reference` writes', async ({ file, write }) => {
  expect(await readFile(file, 'utf8')).toBe(await write())
})
