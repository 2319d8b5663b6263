import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundle } from '../../local/bundle.ts'
import type { Service } from '../../local/service.ts'

/** In the place of `local/bundle.ts`: each function's own source, for `running.ts` beside this to import. */
export async function bundleService({ functions, folder }: Service): Promise<Map<string, Bundle>> {
  return new Map(
    functions.map(({ name, handler }) => {
      const [, base = '', exportName = ''] = /^(.*)\.(\w+)$/.exec(handler) ?? []
      const file = ['.ts', '.js'].map((extension) => join(folder, base + extension)).find(existsSync) ?? base
      return [name, { file, exportName }]
    }),
  )
}
