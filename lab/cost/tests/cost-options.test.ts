import { spawnSync } from 'node:child_process'
import { Command, CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { readOptions } from '../options.ts'
import { DEFAULT_USAGE } from '../usage.ts'

const read = (...args: string[]) => readOptions(args)

/** What is printed where the command line is wrong. */
function refusal(...args: string[]): string {
  let printed = ''
  const write = (text: string) => {
    printed += text
  }
  const command = new Command().configureOutput({ writeErr: write, writeOut: write })
  expect(() => readOptions(args, command)).toThrow(CommanderError)
  return printed.trim()
}

test('uses the defaults without options', () => {
  expect(read()).toEqual({
    usage: DEFAULT_USAGE,
    isOwn: false,
    simulate: undefined,
    seed: 1,
    days: 7,
    threads: undefined,
    write: false,
  })
})

test('accepts numbers like 1e6', () => {
  const { usage, isOwn } = read('--users', '1e5', '--requests-per-day', '12.5', '--renew-seconds', '3600')
  expect(usage).toEqual({
    ...DEFAULT_USAGE,
    users: 100_000,
    requestsPerDay: 12.5,
    policy: { ...DEFAULT_USAGE.policy, renewSeconds: 3600 },
  })
  expect(isOwn).toBe(true)
  expect(read('--consistency', 'eventual').usage.consistency).toBe('eventual')
  expect(read('--simulate').simulate).toBe(1e6)
  expect(read('--simulate', '1e8', '--seed', '3', '--days', '2', '--threads', '4')).toMatchObject({
    simulate: 1e8,
    seed: 3,
    days: 2,
    threads: 4,
  })
})

test.each([
  [['--users', 'many'], /users.*'many'.*Give a whole number from 1 to 1,000,000,000\.$/],
  [['--renew-seconds', '80000'], /not be above the 75600 seconds a day/],
  [['--sessions-per-user', '5', '--requests-per-day', '4'], /one request or more/],
  [['--simulate', '--requests-per-day', '3'], /4 requests a day or more of each session/],
  [['--write', '--users', '5'], /omit the usage options/],
])('rejects the arguments %j with one sentence', (args, words) => {
  const printed = refusal(...args)
  expect(printed).toMatch(words)
  expect(printed).toMatch(/^error: /)
  expect(printed.split('\n')).toHaveLength(1)
})

test('prints the table, and exits with 2 for invalid options', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, ['lab/cost/cost.ts', ...args], { encoding: 'utf8' })
  const shown = run('--users', '1e4', '--requests-per-day', '50')
  expect(shown).toMatchObject({ status: 0, stderr: '' })
  expect(shown.stdout).toMatch(/10,000 users, 50 requests[\s\S]*Cognito Essentials/)
  expect(run('--users', 'x')).toMatchObject({ status: 2, stdout: '' })
})
