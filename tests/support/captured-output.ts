import { vi } from 'vitest'

/** Adds each line that Coatcheck prints to `lines` instead of printing it; `mockRestore` of the result ends this. */
export function captureOutput(lines: string[]) {
  return vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(...String(chunk).trimEnd().split('\n'))
    return true
  })
}
