import { type FSWatcher, watch } from 'node:fs'
import { basename } from 'node:path'

/** An editor writes a file in several steps, and several files at once. */
const QUIET_MS = 150
const IGNORED = /(^|[\\/])(node_modules|\.coatcheck|\.serverless|\.esbuild|\.git|dist|coverage)([\\/]|$)/
const CODE = /\.(?:[cm]?[jt]sx?|json)$/

/** Calls back, once things are quiet, when the sources in a folder or its serverless.yml have changed. */
export function watchSources(folder: string, onChange: (kind: 'code' | 'configuration') => void): FSWatcher {
  let timer: NodeJS.Timeout | undefined
  let kind: 'code' | 'configuration' = 'code'
  return watch(folder, { recursive: true }, (_event, name) => {
    if (name === null || IGNORED.test(name)) return
    const isConfiguration = /\.ya?ml$/.test(basename(name))
    if (!isConfiguration && !CODE.test(name)) return
    if (isConfiguration) kind = 'configuration'
    clearTimeout(timer)
    timer = setTimeout(() => {
      const changed = kind
      kind = 'code'
      onChange(changed)
    }, QUIET_MS)
  })
}
