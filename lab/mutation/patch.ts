import { readFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import type { Plugin } from 'esbuild'
import { bundleService } from '../../local/bundle.ts'
import type { FrontOptions } from '../../local/front.ts'

// Changes of the source that break it, so that tests and judges can be judged: in a copy of the tree for the tests, while the
// service is bundled for the proof. An anchor names as little of the code as makes it unique.

export interface Patch {
  readonly file: string
  /** Must match exactly once in the file. */
  readonly anchor: string | RegExp
  /** May refer to the match, `$&`, and to groups of a regular expression, `$<name>`. */
  readonly to: string
}

export const patch = (file: string, anchor: Patch['anchor'], to: string): Patch => ({ file, anchor, to })

/** @throws Error if the anchor of a patch does not match exactly once */
export function patched(patches: readonly Patch[], file: string, source: string): string {
  return patches
    .filter((each) => each.file === file)
    .reduce((text, { anchor, to }) => {
      const parts = text.split(anchor)
      const matches = typeof anchor === 'string' ? parts.length - 1 : [...text.matchAll(new RegExp(anchor, 'g'))].length
      if (matches !== 1)
        throw new Error(`${file} has ${matches} places instead of one for the anchor ${anchor}: adapt the patch.`)
      return typeof anchor === 'string' ? parts.join(to.replaceAll('$&', anchor)) : text.replace(anchor, to)
    }, source)
}

/** Bundles as they are packaged, except for these patches. @throws Error if the source has no place for one */
export function bundleWith(patches: readonly Patch[]): NonNullable<FrontOptions['bundle']> {
  return (service, folder) => bundleService(service, folder, [patchPlugin(patches)])
}

function patchPlugin(patches: readonly Patch[]): Plugin {
  const files = new Set(patches.map(({ file }) => file))
  return {
    name: `patch ${JSON.stringify(patches.map(({ anchor, to }) => `${anchor} ${to}`))}`, // builds are cached by it
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const file = relative(resolve('.'), path)
        if (!files.has(file)) return undefined
        return { contents: patched(patches, file, await readFile(path, 'utf8')), loader: 'ts' }
      })
    },
  }
}

// Anchors and patches that the mistakes for the fuzz use too.

/** `Sessions.check` decodes the presented token. */
export const CHECK_DECODES = /const (?<token>\w+) = parseToken\((?<text>\w+)\)/

export const NO_IDLE_TIMEOUT = patch(
  'lib/session.ts',
  /(?<now>\w+) < (?<session>\w+)\.expiresAt && (?<rest>\k<now> < \k<session>\.endsAt)/,
  '$<rest>',
)
