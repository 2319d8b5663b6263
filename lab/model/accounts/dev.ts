import { explore, shortestViolation } from '../explorer.ts'
import { combination, SCENES, sets } from './combinations.ts'

const opt = (n: string, d: string) => process.argv.find((a) => a.startsWith(`--${n}=`))?.split('=')[1] ?? d
const size = Number(opt('size', '2')),
  retry = Number(opt('retry', '1')),
  crash = Number(opt('crash', '1'))
const omit = opt('without', '').split(',')
const rules = (r: string) => !omit.includes(r)
const only = opt('scene', '')
const max = Number(opt('show', '3'))
let shown = 0
for (const scene of SCENES) {
  if (only && scene !== only) continue
  const from = performance.now()
  let n = 0,
    states = 0,
    bad = 0,
    largest = 0,
    big = ''
  for (let k = opt('exact', '') ? size : 1; k <= size; k++)
    for (const names of sets(scene, k)) {
      const r = explore(combination(scene, names, { retry, crash }, rules as never))
      n++
      states += r.states
      if (r.states > largest) {
        largest = r.states
        big = names.join(' | ')
      }
      if (r.violation) {
        bad++
        if (shown++ < max) {
          const v = shortestViolation(combination(scene, names, { retry, crash }, rules as never)) ?? r.violation
          console.log(
            `VIOLATION [${scene}] ${names.join(' | ')}\n  ${v.why}\n    ${v.trace.map((s) => `${s.actor}: ${s.step}`).join('\n    ')}`,
          )
        }
      }
    }
  console.log(
    `${scene}: ${n} sets, ${states} states, ${bad} bad, largest ${largest} (${big}), ${((performance.now() - from) / 1000).toFixed(1)} s`,
  )
}
