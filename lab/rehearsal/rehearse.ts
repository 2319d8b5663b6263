import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { packageService } from '../../tests/support/packaged.ts'
import { DYNAMODB_HOST } from './machine/dynamodb-host.ts'
import { findNamespace, isInside, runInside } from './machine/namespace.ts'
import { installPackages, loadSimulator, loadSpecification } from './packages.ts'
import { reportTable } from './report.ts'
import { partitionKeysOf } from './rights/condition-keys.ts'
import { judge } from './rights/judge.ts'
import { findBlindSpots } from './rights/power.ts'
import { rolesOf } from './rights/roles.ts'
import { describeUnused, isUnused, rightsPage } from './rights-page.ts'
import { violationsOf } from './rules/rules.ts'
import { rehearse } from './script/rehearsal.ts'
import { checkSpecification } from './template/specification.ts'
import { readTemplate, type Template } from './template/template.ts'

// Rehearses the packaged service as AWS runs it: `npm run rehearse`, with `-- --write` for docs/rights.md. It enters a
// private network namespace by starting itself once more.

const { values: options } = parseArgs({
  options: { packaged: { type: 'string' }, write: { type: 'boolean', default: false }, scratch: { type: 'string' } },
})
const log = (line: string) => console.log(line)

process.exitCode = isInside() ? await inside(options.packaged ?? '', options.scratch ?? '') : await outside()

async function outside(): Promise<number> {
  await installPackages(log)
  const scratch = await mkdtemp(join(tmpdir(), 'coatcheck-rehearsal-'))
  const packaged = options.packaged ?? (await packageService({}, ['registration=open', 'bcryptCost=10']))
  try {
    const faults = checkTemplate(await readTemplate(packaged))
    const namespace = await findNamespace()
    if ('reason' in namespace) {
      log(namespace.reason)
      return faults
    }
    const args = ['--packaged', resolve(packaged), '--scratch', scratch, ...(options.write ? ['--write'] : [])]
    const rest = await runInside(namespace.options, scratch, [DYNAMODB_HOST], [import.meta.filename, ...args])
    return faults || rest
  } finally {
    await rm(scratch, { recursive: true, force: true })
    if (options.packaged === undefined) await rm(packaged, { recursive: true, force: true })
  }
}

function checkTemplate(template: Template): number {
  const { problems, values } = checkSpecification(template, loadSpecification())
  const found = [...problems, ...violationsOf(template, 'own')]
  log(`the template: ${values} values of ${Object.keys(template.Resources).length} resources`)
  return reportFaults(found)
}

async function inside(packaged: string, scratch: string): Promise<number> {
  const template = await readTemplate(packaged)
  const { world, engine } = await rehearse(packaged, template, scratch, log)
  const { calls } = world.host
  const functions = [...world.sandboxes.values()].map(({ definition }) => definition)
  const simulator = loadSimulator()
  const roles = rolesOf(template)
  const keys = partitionKeysOf(template)
  const judgement = await judge(simulator, calls, functions, roles, keys)
  const { rights } = judgement
  const { blindSpots, removed } = await findBlindSpots(simulator, calls, functions, roles, keys, rights)
  log(reportTable(world.sandboxes.values(), calls, judgement))
  for (const right of rights.filter(isUnused)) log(`unused: ${right.roleId}, ${describeUnused(right)}`)
  log(
    `${calls.length} calls on ${engine}, all put to the simulator; ${removed} used rights, each removed in turn: the calls were denied then`,
  )
  if (options.write) await writeFile('docs/rights.md', rightsPage(judgement, roles, functions, engine))
  return reportFaults([...world.faults, ...judgement.denied, ...judgement.ignored, ...blindSpots])
}

function reportFaults(faults: readonly string[]): number {
  for (const fault of faults) log(`FAULT ${fault}`)
  return faults.length > 0 ? 1 : 0
}
