import { readFile } from 'node:fs/promises'
import { acceptedValues } from './accepted-values.ts'
import { problemRoutes } from './problem-routes.ts'

/** The pages whose last section is generated; `tests/repository/reference.test.ts` compares. */
export const REFERENCE_PAGES: readonly { readonly file: string; write(): Promise<string> }[] = [
  {
    file: 'docs/configuration.md',
    write: () => withSection('docs/configuration.md', 'Accepted values', acceptedValues()),
  },
  {
    file: 'docs/problems.md',
    write: async () => withSection('docs/problems.md', 'Which routes respond with it', await problemRoutes()),
  },
]

async function withSection(file: string, heading: string, section: string): Promise<string> {
  const [before = ''] = (await readFile(file, 'utf8')).split(`\n## ${heading}\n`)
  const from = 'Written by `npm run reference` from the code; `tests/repository/reference.test.ts` compares.'
  return `${before.trimEnd()}\n\n## ${heading}\n\n${from}\n\n${section}\n`
}
