import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundle } from '../../local/bundle.ts'
import type { Service } from '../../local/service.ts'

/** Replaces `local/bundle.ts`: names the source file of each function, which `handlers.ts` in this folder imports. */
export async function bundleService({ functions, folder }: Service): Promise<Map<string, Bundle>> {
  return new Map(
    functions.map(({ name, handler }) => {
      const [, base = '', exportName = ''] = /^(.*)\.(\w+)$/.exec(handler) ?? []
      const file = ['.ts', '.js'].map((extension) => join(folder, base + extension)).find(existsSync) ?? base
      return [name, { file, exportName }]
    }),
  )
}
