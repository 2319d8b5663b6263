import { expect, test } from 'vitest'
import { progressBar } from '../progress.ts'

function watch(isTTY: boolean) {
  let [now, written] = [0, '']
  const terminal = {
    isTTY,
    write: (text: string) => {
      written += text
    },
  }
  const progress = progressBar(terminal, 2000, () => now)
  return {
    at: (milliseconds: number, done: number) => {
      now = milliseconds
      written = ''
      progress(done)
      return written
    },
  }
}

test('redraws one line on a terminal, and not too often', () => {
  const { at } = watch(true)
  expect(at(1000, 500)).toBe('\r[######..................] 25 %, 500 of 2,000 sessions, 3 s left\x1b[K')
  expect(at(1050, 600)).toBe('')
  expect(at(4000, 2000)).toBe('\r[########################] 100 %, 2,000 of 2,000 sessions, 4 s in all\x1b[K\n')
})

test('prints a line for every tenth without a terminal', () => {
  const { at } = watch(false)
  expect(at(100, 100)).toBe('')
  expect(at(1000, 500)).toBe('25 %, 500 of 2,000 sessions, 3 s left\n')
  expect(at(1200, 600)).toBe('')
  expect(at(4000, 2000)).toBe('100 %, 2,000 of 2,000 sessions, 4 s in all\n')
})
