import { startEmbeddedEngine } from '../../local/engine.ts'

// The embedded engine (dynalite), in memory, in a process of its own: `engine.ts` starts it.

const { endpoint } = await startEmbeddedEngine()
process.send?.(endpoint)
process.on('disconnect', () => process.exit())
