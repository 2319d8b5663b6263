import type { Part, Settings } from './section.ts'

// One part of the run, in a process of its own, so that no part inherits the heap of another:
//   fork('lab/bench/part.ts', [name, settings as JSON])

process.on('disconnect', () => process.exit())
const [name, settings = '{}'] = process.argv.slice(2)
const { measure }: { measure: Part } = await import(`./parts/${name}.ts`)
const section = await measure(JSON.parse(settings) as Settings, (share) => process.send?.({ share }))
process.send?.({ section }, () => process.exit())
