import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { packageService } from '../../tests/support/packaged.ts'
import { HOSTS } from './machine/dynamodb-host.ts'
import { type MachineOptions, startMachine } from './machine/machine.ts'
import { findNamespace, isInside, runInside } from './machine/namespace.ts'
import { installPackages, loadSimulator, loadSpecification } from './packages.ts'
import { reportTable } from './report.ts'
import { partitionKeysOf } from './rights/condition-keys.ts'
import { FORBIDDEN, findPermitted } from './rights/forbidden.ts'
import { judge } from './rights/judge.ts'
import { findBlindSpots } from './rights/power.ts'
import { rolesOf } from './rights/roles.ts'
import { describeUnused, isUnused, rightsPage } from './rights-page.ts'
import { violationsOf } from './rules/rules.ts'
import { rehearse } from './script/rehearsal.ts'
import { importsOf, rehearseService, sessionsTemplate } from './service/rehearse-service.ts'
import { readRequests } from './service/requests.ts'
import { documentedTemplates } from './template/documented.ts'
import { checkSpecification } from './template/specification.ts'
import { readTemplate, type Template } from './template/template.ts'

// Rehearses a packaged service as AWS runs it. `npm run rehearse`: Coatcheck itself, with `-- --write` for
// docs/rights.md. `npm run rehearse -- <folder>`: another service, after `npx serverless package` in its folder. It enters
// a private network namespace by starting itself once more.

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    import: { type: 'string', multiple: true, default: [] },
    write: { type: 'boolean', default: false },
    // of the process inside the namespace
    packaged: { type: 'string', default: '' },
    scratch: { type: 'string', default: '' },
  },
})
const [service] = positionals
const PARAMS = [
  'registration=open',
  'bcryptCost=10',
  'eventsBus=shop',
  'mailer=ses',
  'loginCode=on',
  'signInMails=on',
  'mailFrom=Example <auth@example.com>',
  'mailAddress=auth@example.com',
  'tokenKeyA=ES256',
  'tokenAudiences=orders',
]
/** The templates that the documentation gives to readers. */
const DOCUMENTED = ['docs/events.md', 'docs/where-the-api-lives.md', 'docs/tokens.md']
const log = (line: string) => console.log(line)

process.exitCode = await (isInside() ? inside() : outside()).catch((error: Error) => {
  console.error(error.message)
  return 2
})

async function outside(): Promise<number> {
  if (service) await readTemplate(service) // before the minutes of an installation
  await installPackages(log)
  const scratch = await mkdtemp(join(tmpdir(), 'coatcheck-rehearsal-'))
  const given = service ?? options.packaged
  const packaged = given ? resolve(given) : await packageService({}, PARAMS)
  try {
    const found = checkTemplate(await readTemplate(packaged)) || (service ? 0 : await checkDocumented())
    const namespace = await findNamespace()
    if ('reason' in namespace) {
      log(namespace.reason)
      return found
    }
    const args = [...process.argv.slice(2), '--packaged', packaged, '--scratch', scratch]
    const rest = await runInside(namespace.options, scratch, HOSTS, [import.meta.filename, ...args])
    return found || rest
  } finally {
    await rm(scratch, { recursive: true, force: true })
    if (!given) await rm(packaged, { recursive: true, force: true })
  }
}

/** The rules are promises of Coatcheck; to another service they are advice. */
function checkTemplate(template: Template): number {
  const { problems, values } = checkSpecification(template, loadSpecification())
  log(`the template: ${values} values of ${Object.keys(template.Resources).length} resources`)
  if (!service) return reportFaults([...problems, ...violationsOf(template, 'own')])
  for (const violation of violationsOf(template, 'adopter')) log(`advice ${violation}`)
  return reportFaults(problems)
}

async function checkDocumented(): Promise<number> {
  const templates = (await Promise.all(DOCUMENTED.map(documentedTemplates))).flat()
  return reportFaults(templates.flatMap((template) => checkSpecification(template, loadSpecification()).problems))
}

async function inside(): Promise<number> {
  const { packaged, scratch } = options
  const template = await readTemplate(packaged)
  const given = Object.fromEntries(options.import.map((pair) => pair.split(/=(.*)/s, 2)))
  const imports = importsOf(template, given)
  const tables = service ? [template, await sessionsTemplate()] : [template]
  const machineOptions: MachineOptions = { folder: packaged, template, scratch, tables, imports }
  const machine = await startMachine(machineOptions)
  try {
    const faults = service ? await playService(template, machine) : await rehearse(template, machine, log)
    return reportFaults([...faults, ...(await judgeCalls(machineOptions, machine))])
  } finally {
    await machine.close()
  }
}

async function playService(template: Template, machine: Awaited<ReturnType<typeof startMachine>>): Promise<string[]> {
  const requests = await readRequests(options.packaged)
  if (!requests) log('There is no rehearsal.json: the functions are started, and no request is sent.')
  return await rehearseService(template, machine, requests ?? [])
}

/** Prints the table and what no call used. @returns the calls that are not allowed */
async function judgeCalls(
  { template, tables, imports = {} }: MachineOptions,
  { sandboxes, functions, host: { calls }, engine }: Awaited<ReturnType<typeof startMachine>>,
): Promise<string[]> {
  const simulator = loadSimulator()
  const roles = rolesOf(template, imports)
  const keys = new Map(tables.flatMap((each) => [...partitionKeysOf(each)]))
  const judgement = await judge(simulator, calls, functions, roles, keys)
  const { rights, denied, ignored } = judgement
  log(reportTable(sandboxes.values(), calls, judgement))
  for (const right of rights.filter(isUnused)) log(`unused: ${right.roleId}, ${describeUnused(right)}`)
  log(`${calls.length} calls on ${engine}, each put to the simulator; ${denied.length} denied`)
  if (service) return [...denied, ...ignored]
  const { blindSpots, removed } = await findBlindSpots(simulator, calls, functions, roles, keys, rights)
  log(`${removed} rights that calls used, each removed in turn: ${blindSpots.length} removals denied no call`)
  const permitted = await findPermitted(simulator, functions, roles, keys)
  log(`${FORBIDDEN.length} calls that must not be allowed: ${permitted.length} allowed`)
  if (options.write) await writeFile('docs/rights.md', rightsPage(judgement, roles, functions, engine))
  return [...denied, ...ignored, ...blindSpots, ...permitted]
}

function reportFaults(faults: readonly string[]): number {
  for (const fault of faults) log(`FAULT ${fault}`)
  return faults.length > 0 ? 1 : 0
}
