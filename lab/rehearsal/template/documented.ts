import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Template } from './template.ts'

const readYaml: (file: string) => Promise<Template> = createRequire(import.meta.url)(
  'serverless/lib/configuration/read.js',
)

/** The resources that a page of the documentation gives for a template of the reader's own. */
export async function documentedTemplates(page: string): Promise<Template[]> {
  const blocks = [...(await readFile(page, 'utf8')).matchAll(/```yaml\n(Resources:\n[\s\S]*?)```/g)]
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-documented-'))
  try {
    return await Promise.all(
      blocks.map(async ([, yaml = ''], index) => {
        const file = join(folder, `${index}.yml`)
        await writeFile(file, yaml)
        return { Outputs: {}, ...(await readYaml(file)) }
      }),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
