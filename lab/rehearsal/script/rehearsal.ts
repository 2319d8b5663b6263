import type { Machine } from '../machine/machine.ts'
import type { Template } from '../template/template.ts'
import { driveAuthorizer, driveNull, driveStream } from './events.ts'
import { createGateway } from './gateway.ts'
import * as hardships from './hardships.ts'
import { driveRoutes } from './routes.ts'
import { lateDynamodb, silentDynamodb } from './slowness.ts'
import { driveEvents } from './streams.ts'
import { World } from './world.ts'

/** The parts of a rehearsal, in order. Each works on users of its own. */
const PHASES: readonly [name: string, phase: (world: World) => Promise<void>][] = [
  ['every route', driveRoutes],
  ['every authorizer event source', driveAuthorizer],
  ['the stream', driveStream],
  ['timeouts and events, from the streams', driveEvents],
  ['event null', driveNull],
  ['connections closed, reset or silent while frozen', hardships.disturbConnections],
  ['expired credentials', hardships.rotateCredentials],
  ['killed processes', hardships.killProcesses],
  ['a silent DynamoDB', silentDynamodb],
  ['a late DynamoDB', lateDynamodb],
  ['wrong configurations', hardships.breakConfigurations],
  ['the timeout of a function', hardships.exceedTimeout],
  ['no credential in any log', hardships.readLogs],
]

/** Runs every function of a packaged Coatcheck through every phase. @returns what went wrong, one sentence each */
export async function rehearse(
  template: Template,
  { sandboxes, host, client }: Machine,
  log: (line: string) => void,
): Promise<string[]> {
  const prefix = 'coatcheck-prod'
  const tables = {
    ...{ sessions: `${prefix}-sessions`, users: `${prefix}-users` },
    ...{ attempts: `${prefix}-attempts`, activity: `${prefix}-activity` },
    outbox: `${prefix}-outbox`,
  }
  const gateway = createGateway(template, sandboxes)
  const world = new World({ gateway, sandboxes, host, client, tables })
  const all: string[] = []
  for (const [name, phase] of PHASES) {
    const began = performance.now()
    let faults = await faultsOf(world, name, phase)
    let attempts = 1
    while (faults.some((fault) => UNAVAILABLE.test(fault)) && attempts++ < MAX_ATTEMPTS)
      faults = await faultsOf(world, name, phase)
    all.push(...faults)
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    const repeated = attempts > 1 ? `, ${attempts} attempts, since the machine was too slow for the time limits` : ''
    log(`${name}: ${faults.length === 0 ? 'as expected' : 'FAULTS'} (${seconds} s${repeated})`)
  }
  const refused = [...new Set(host.refused)].map((refusal) => `AWS would refuse: ${refusal}`)
  return [...all, ...refused]
}

/** A 503 that was not expected: on a busy machine DynamoDB Local exceeds the time limits of the functions. */
const UNAVAILABLE = / answered 503 instead of /
const MAX_ATTEMPTS = 3

async function faultsOf(world: World, name: string, phase: (world: World) => Promise<void>): Promise<string[]> {
  world.faults.length = 0
  await phase(world).catch((error: Error) => world.faults.push(`${name}: ${error.stack}`))
  world.host.intercept = undefined
  world.host.expectsRefusals = false
  return [...world.faults]
}
