import { combination as accountCombination, SCENES, sets } from './accounts/combinations.ts'
import { combination, combinations } from './combinations.ts'
import { explore, shortestViolation } from './explorer.ts'
import { type Explorable, explorable, extensions } from './extensions.ts'
import type { Rule } from './rules.ts'

// `npm run model`: every three operations side by side, with two lost answers and a crash, the extensions with as many, and
// every two operations of accounts with one of each. Prints what it does and how fast; exits 1 on a violation. `--size=2 --retry=1 --crash=0` explore less,
// `--of=logout,reauthenticate` only these operations, `--apart=1` plays each delete of a batch by itself, and
// `--without=followsOn,changeFirst` leaves out rules of the protocol (these two: the protocol of 2026-11-26),
// `--accounts=3` plays every three operations of accounts as well (hours with a lost answer), `--scene=moved` one scene.

const options = new Map(process.argv.slice(2).map((text) => text.replace(/^--/, '').split('=') as [string, string]))
const option = (name: string, fallback: number): number => Number(options.get(name) ?? fallback)
const size = option('size', 3)
const budget = { retry: option('retry', 2), crash: option('crash', 1), isApart: option('apart', 0) === 1 }

const of = options.get('of')?.split(',')
const omitted = (options.get('without')?.split(',') ?? []) as Rule[]
const rules = (rule: Rule) => !omitted.includes(rule)
const startedAt = performance.now()
const seconds = () => (performance.now() - startedAt) / 1000
const figure = (value: number) => Math.round(value).toLocaleString('en')

interface Row {
  readonly of: string
  combinations: number
  states: number
  transitions: number
  violations: number
  seconds: number
}

function run(of: string, models: readonly Explorable[]): Row {
  const row: Row = { of, combinations: 0, states: 0, transitions: 0, violations: 0, seconds: 0 }
  const from = seconds()
  let shownAt = from
  for (const model of models) {
    const { states, transitions, violation } = model.explore()
    row.combinations++
    row.states += states
    row.transitions += transitions
    row.seconds = seconds() - from
    if (violation) {
      row.violations++
      const { why, trace } = model.shortest() ?? violation
      console.log(`\nVIOLATION in ${model.name}: ${why}`)
      for (const { actor, step } of trace) console.log(`  ${actor}: ${step}`)
    }
    if (seconds() - shownAt < 5) continue
    shownAt = seconds()
    const rate = figure(row.states / row.seconds)
    const done = `${row.combinations} of ${models.length}`
    console.log(`${figure(seconds())} s  ${of}: ${done}, ${figure(row.states)} states, ${rate}/s, now ${model.name}`)
  }
  return row
}

const rows: Row[] = []
for (let count = 1; count <= size; count++) {
  const chosen = [...combinations(count)].filter((names) => !of || names.every((name) => of.includes(name)))
  const models = chosen.map((names) => explorable(names.join(' | '), combination(names, budget, rules)))
  rows.push(run(`sessions, ${count} at a time`, models))
}
if (option('extensions', 1) === 1) rows.push(run('extensions', extensions(budget.retry > 1 ? 2 : 1)))

const accountBudget = { retry: Math.min(1, budget.retry), crash: budget.crash }
for (const scene of SCENES.filter((each) => (options.get('scene') ?? each) === each))
  for (let count = 1; count <= option('accounts', 2); count++) {
    const models = [...sets(scene, count)].map((names) => {
      const name = `${names.join(' | ')} (${scene})`
      const model = () => accountCombination(scene, names, accountBudget, rules)
      return { name, explore: () => explore(model()), shortest: () => shortestViolation(model()) }
    })
    rows.push(run(`accounts, ${scene}, ${count} at a time`, models))
  }

console.log(`\n${budget.retry} lost answers (accounts: ${accountBudget.retry}), ${budget.crash} crashes`)
console.table(rows.map((row) => ({ ...row, seconds: Math.round(row.seconds) })))
process.exitCode = rows.some(({ violations }) => violations > 0) ? 1 : 0
