import { readFile, writeFile } from 'node:fs/promises'
import { loadDeclarations } from '../openapi/declarations.ts'
import { buildDocument } from '../openapi/document.ts'

// Writes openapi.json from the schemas that validate requests, the descriptions in openapi/ and the recorded examples:
//   npm run openapi

/** The text of openapi.json. */
export async function documentText(): Promise<string> {
  const examples = JSON.parse(await readFile('openapi/examples.json', 'utf8'))
  return `${JSON.stringify(buildDocument(await loadDeclarations(), examples), null, 1)}\n`
}

if (import.meta.main) {
  await writeFile('openapi.json', await documentText())
  console.log('openapi.json is written.')
}
