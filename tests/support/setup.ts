import { afterAll, vi } from 'vitest'

// Files of the daily tier share a process: a file leaves no spy, no environment variable and no fake clock behind.
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})
