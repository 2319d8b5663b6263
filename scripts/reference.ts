import { writeFile } from 'node:fs/promises'
import { REFERENCE_PAGES } from './reference/pages.ts'

// Writes the sections of docs/configuration.md and docs/problems.md that come from the code: npm run reference

for (const { file, write } of REFERENCE_PAGES) await writeFile(file, await write())
