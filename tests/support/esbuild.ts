import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rmdir, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import * as esbuild from '../../node_modules/esbuild/lib/main.js'

// Stands in front of esbuild where `local/bundle.ts` imports it: about fifty local fronts per run serve the same functions, and
// bundling takes most of the time of a start: each bundle is made once per run. A later
// request for the same bundle gets a link to it, so that Node sees one path and has its code compiled already.

export * from '../../node_modules/esbuild/lib/main.js'

export async function build(options: esbuild.BuildOptions): Promise<esbuild.BuildResult> {
  const { outdir, ...rest } = options
  // What is not written is asked for itself, and a folder outside the checkout is one test's, which may change it.
  const isKept = outdir && rest.write && !rest.metafile && rest.absWorkingDir?.startsWith(resolve('.'))
  if (!isKept) return esbuild.build(options)
  const kept = join(inject('made'), createHash('sha256').update(JSON.stringify(rest)).digest('hex'))
  await makeOnce(kept, (begun) => esbuild.build({ ...rest, outdir: begun }))
  if (existsSync(outdir)) await cp(kept, outdir, { recursive: true })
  else await symlink(kept, outdir)
  return { errors: [], warnings: [] } as unknown as esbuild.BuildResult
}

/** Another worker may be making the same at this moment: this one waits for it, unless it fails. */
async function makeOnce(kept: string, make: (folder: string) => Promise<unknown>): Promise<void> {
  const lock = `${kept}.lock`
  while (!existsSync(kept)) {
    const isFirst = await mkdir(lock).then(
      () => true,
      () => false,
    )
    if (!isFirst) {
      await sleep(50)
      continue
    }
    try {
      const begun = `${kept}-${randomUUID()}`
      if (existsSync(kept)) return
      await make(begun)
      await rename(begun, kept)
    } finally {
      await rmdir(lock)
    }
  }
}
