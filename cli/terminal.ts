import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { isNullDevice } from '../lib/null-device.ts'
import { monotonicMilliseconds } from '../lib/system.ts'
import { interruptedBy, outputFailed } from './interruption.ts'

/** The streams of a command; a test passes its own. */
export interface Terminal {
  /** Standard input. */
  readonly input: Readable
  /** Whether standard input is a terminal, which shows what is typed. */
  readonly isTyped: boolean
  /** Writes a line to standard output. */
  readonly print: (line: string) => void
  /**
   * Writes text to standard output and waits until the operating system has taken it.
   * @throws Interruption if it cannot be written
   */
  readonly deliver: (text: string) => Promise<void>
  /** Whether standard output is the null device, which takes everything and shows nothing. Node.js opens it for a closed one. */
  readonly isDiscarded: boolean
  /** Writes a line to standard error. */
  readonly complain: (line: string) => void
  /** Standard error, if it is a terminal. */
  readonly screen?: NodeJS.WriteStream
  /** Asks a question, if input and output are a terminal. Ctrl-C gives an empty answer. */
  readonly ask?: (question: string) => Promise<string>
  /**
   * Aborted by Ctrl-C, SIGTERM and SIGHUP, and when standard output cannot be written; the reason is an `Interruption`.
   * The command completes the work in progress. A second Ctrl-C ends the process.
   */
  readonly interruption: AbortSignal
}

const INTERRUPTED_EXIT_CODE = 130
/** One Ctrl-C arrives twice from npm: from the terminal and from npm itself. */
const SAME_KEYSTROKE_MS = 1000

/** The terminal of a process. Signals end the process until `interruption` is used for the first time. */
export function terminalOf(process: NodeJS.Process, now: () => number = monotonicMilliseconds): Terminal {
  const { stdin, stdout, stderr } = process
  const controller = new AbortController()
  const fail = (error: Error) => controller.abort(outputFailed(error))
  stdout.on('error', fail)
  stderr.on('error', () => {}) // there is nowhere to report it, and the work in progress must go on
  const complain = (line: string) => void stderr.write(`${line}\n`)
  let isWatching = false
  const interruption = () => {
    if (!isWatching) watchSignals(process, controller, { complain, now })
    isWatching = true
    return controller.signal
  }
  return {
    input: stdin,
    isTyped: stdin.isTTY === true,
    print: (line) => void stdout.write(`${line}\n`),
    deliver: (text) =>
      new Promise((resolve, reject) => {
        stdout.write(text, (error) => {
          if (!error) return resolve()
          fail(error)
          reject(outputFailed(error))
        })
      }),
    isDiscarded: isNullDevice(stdout),
    complain,
    ...(stderr.isTTY && { screen: stderr }),
    ...(stdin.isTTY && stderr.isTTY && { ask: (question: string) => ask(question, stdin, stderr, interruption()) }),
    get interruption() {
      return interruption()
    },
  }
}

function watchSignals(
  process: NodeJS.Process,
  controller: AbortController,
  { complain, now }: Pick<Terminal, 'complain'> & { now: () => number },
): void {
  let firstAt: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (firstAt === undefined) {
        firstAt = now()
        if (process.stderr.isTTY)
          complain(`\n${signal}: completing the work in progress. Another Ctrl-C ends it at once.`)
        controller.abort(interruptedBy(signal))
      } else if (signal !== 'SIGHUP' && now() - firstAt >= SAME_KEYSTROKE_MS) process.exit(INTERRUPTED_EXIT_CODE)
    })
}

function ask(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve) => {
    const lines = createInterface({ input, output, signal })
    const answerNothing = () => {
      output.write('\n')
      resolve('')
    }
    lines.on('SIGINT', () => lines.close())
    lines.on('close', answerNothing)
    lines.question(question, (answer) => {
      lines.off('close', answerNothing)
      lines.close()
      resolve(answer)
    })
  })
}

/** The same terminal for `--json`: every line on standard error is a JSON document too; one that is it already stays. */
export function withJsonNotes(terminal: Terminal): Terminal {
  return {
    ...terminal,
    complain: (line) => terminal.complain(line.startsWith('{') ? line : JSON.stringify({ note: line })),
  }
}

/**
 * Prints the result of a change; on standard error if standard output cannot be written, so that it is never lost.
 * @param undelivered what standard error gets, if it is not the same
 */
export async function conclude(
  { deliver, complain }: Pick<Terminal, 'deliver' | 'complain'>,
  text: string,
  undelivered = text,
): Promise<void> {
  await deliver(`${text}\n`).catch(() => complain(undelivered))
}
