import { join } from 'node:path'
import { createCertificate } from '../machine/certificate.ts'
import { DYNAMODB_HOST, type DynamodbHost, startDynamodbHost } from '../machine/dynamodb-host.ts'
import { createTables, engineClient, startEngine } from '../machine/engine.ts'
import { Sandbox } from '../machine/sandbox.ts'
import { runtimeClient } from '../packages.ts'
import { unpackFunctions } from '../template/packaged-function.ts'
import type { Template } from '../template/template.ts'
import { driveAuthorizer, driveNull, driveStream } from './events.ts'
import { createGateway } from './gateway.ts'
import * as hardships from './hardships.ts'
import { driveRoutes } from './routes.ts'
import { World } from './world.ts'

/** What a rehearsal found. */
export interface Rehearsal {
  readonly world: World
  readonly engine: string
  readonly phases: readonly { name: string; seconds: number }[]
}

/** The parts of a rehearsal, in order. Each works on users of its own. */
const PHASES: readonly [name: string, phase: (world: World) => Promise<void>][] = [
  ['every route', driveRoutes],
  ['every authorizer event source', driveAuthorizer],
  ['the stream', driveStream],
  ['event null', driveNull],
  ['connections closed, reset or silent while frozen', hardships.disturbConnections],
  ['expired credentials', hardships.rotateCredentials],
  ['killed processes', hardships.killProcesses],
  ['a silent DynamoDB', hardships.silenceDynamodb],
  ['wrong configurations', hardships.breakConfigurations],
  ['the timeout of a function', hardships.exceedTimeout],
]

/** Runs every function of a packaged Coatcheck through every phase; must run in the namespace. */
export async function rehearse(
  folder: string,
  template: Template,
  scratch: string,
  log: (line: string) => void,
): Promise<Rehearsal> {
  const functions = await unpackFunctions(folder, template, join(scratch, 'functions'))
  const certificate = await createCertificate(scratch, [DYNAMODB_HOST])
  const engine = await startEngine()
  let host: DynamodbHost | undefined
  const sandboxes = new Map<string, Sandbox>()
  try {
    const client = engineClient(engine.endpoint)
    await createTables(client, template)
    const started = await startDynamodbHost(engine.endpoint, certificate)
    host = started
    for (const definition of functions)
      sandboxes.set(
        definition.name,
        new Sandbox(definition, {
          runtimeClient: runtimeClient(),
          authorityFile: certificate.authorityFile,
          credentials: () => started.issue(definition.name),
        }),
      )
    const prefix = 'coatcheck-prod'
    const tables = { sessions: `${prefix}-sessions`, users: `${prefix}-users`, attempts: `${prefix}-attempts` }
    const gateway = createGateway(template, sandboxes)
    const world = new World({ gateway, sandboxes, host, client, tables })
    const phases: { name: string; seconds: number }[] = []
    for (const [name, phase] of PHASES) {
      const began = performance.now()
      const before = world.faults.length
      await phase(world).catch((error: Error) => world.faults.push(`${name}: ${error.stack}`))
      const seconds = (performance.now() - began) / 1000
      phases.push({ name, seconds })
      log(`${name}: ${world.faults.length - before === 0 ? 'as expected' : 'FAULTS'} (${seconds.toFixed(1)} s)`)
    }
    for (const refusal of new Set(host.refused)) world.faults.push(`DynamoDB would refuse: ${refusal}`)
    client.destroy()
    return { world, engine: engine.name, phases }
  } finally {
    for (const sandbox of sandboxes.values()) await sandbox.stop()
    await host?.close()
    await engine.close()
  }
}
