import { execFileSync } from 'node:child_process'

// Checks the messages of all commits since the one that added this file: `npm run commits`.
// A shallow clone shows fewer commits, a clone of one commit none; neither is a failure.

const TYPES = ['build', 'chore', 'ci', 'docs', 'feat', 'fix', 'perf', 'refactor', 'revert', 'style', 'test']
const SUBJECT = new RegExp(`^(?:${TYPES.join('|')})(?:\\([a-z0-9/-]+\\))?!?: \\S.*[^.\\s]$`)
const SUBJECT_LENGTH = 72
/** Bodies are wrapped at 72 characters; the check leaves room for a word. */
const LINE_LENGTH = 80

/** Returns what is wrong with a commit message; `undefined` if it is well-formed. */
export function messageFault(message: string): string | undefined {
  const [subject = '', blank = '', ...body] = message.trimEnd().split('\n')
  if (!SUBJECT.test(subject))
    return `The subject must look like "fix(lib): refuse an empty token". Accepted types: ${TYPES.join(', ')}.`
  if (subject.length > SUBJECT_LENGTH)
    return `The subject has ${subject.length} characters; at most ${SUBJECT_LENGTH} are accepted.`
  if (blank !== '') return 'The second line must be empty.'
  // A line without a space, such as an address, cannot be wrapped.
  const long = body.find((line) => line.length > LINE_LENGTH && line.trim().includes(' '))
  return long && `This line has more than ${LINE_LENGTH} characters: ${long}`
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function newCommits(): { hash: string; message: string }[] {
  const first = git('log', '--diff-filter=A', '--format=%H', '--', 'scripts/commits.ts').trim().split('\n').at(-1)
  if (!first) return []
  return git('log', '--no-merges', '--format=%h%n%B%x00', `${first}..HEAD`)
    .split('\0')
    .map((text) => text.trimStart())
    .filter((text) => text !== '')
    .map((text) => ({ hash: text.slice(0, text.indexOf('\n')), message: text.slice(text.indexOf('\n') + 1) }))
}

if (import.meta.main) {
  const commits = newCommits()
  const faults = commits.flatMap(({ hash, message }) => {
    const fault = messageFault(message)
    return fault ? [`${hash} ${message.split('\n')[0]}\n  ${fault}`] : []
  })
  console.log(faults.length ? faults.join('\n') : `${commits.length} commit messages are well formed.`)
  process.exitCode = faults.length ? 1 : 0
}
