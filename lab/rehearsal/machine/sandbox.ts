import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PackagedFunction } from '../template/packaged-function.ts'
import { REGION } from '../template/resolve.ts'
import { type Outcome, type RuntimeApi, startRuntimeApi } from './runtime-api.ts'

/** Credentials as Lambda gives them to a function: temporary ones of its role. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

export interface SandboxOptions {
  readonly runtimeClient: string
  /** For `NODE_EXTRA_CA_CERTS`. */
  readonly authorityFile: string
  /** New credentials for each process. */
  readonly credentials: () => Credentials
  /** Variables that replace those of the template; `undefined` removes one. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

const INIT_LIMIT_MS = 10_000

/**
 * One execution environment of a function. Its process starts at the first invocation, is frozen by SIGSTOP whenever it
 * waits for the next one, and is killed at the function's timeout, as in Lambda; the next invocation starts another.
 */
export class Sandbox {
  readonly definition: PackagedFunction
  readonly #options: SandboxOptions
  #api: RuntimeApi | undefined
  #child: ChildProcess | undefined
  #initError: string | undefined
  #last: Promise<unknown> = Promise.resolve()
  /** Everything that the process wrote. */
  output = ''
  /** From the start of the process to its first request for an invocation, of each process. */
  readonly initMs: number[] = []
  readonly durationsMs: number[] = []

  constructor(definition: PackagedFunction, options: SandboxOptions) {
    this.definition = definition
    this.#options = options
  }

  /** Starts a process unless one runs. @returns what it reported if it could not start */
  async start(): Promise<string | undefined> {
    if (this.#child) return undefined
    this.#initError = undefined
    const api = await startRuntimeApi(this.definition.arn)
    const began = performance.now()
    const child = this.#spawn(api.address)
    this.#api = api
    this.#child = child
    const isReady = await new Promise<boolean>((resolve) => {
      api.onIdle = () => {
        this.initMs.push(performance.now() - began)
        api.onIdle = () => child.kill('SIGSTOP')
        child.kill('SIGSTOP')
        resolve(true)
      }
      api.onInitError = (body) => {
        this.#initError = body
      }
      child.once('exit', (code, signal) => {
        this.#initError ??= JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage: `exit ${code ?? signal}` })
        resolve(false)
      })
      sleep(INIT_LIMIT_MS * 3, undefined, { ref: false }).then(() => resolve(false))
    })
    if (isReady) {
      child.once('exit', (code, signal) => {
        if (this.#child !== child) return
        this.#forget()
        api.fail({ kind: 'exit', body: JSON.stringify({ errorType: 'Runtime.ExitError', code, signal }) })
      })
      return undefined
    }
    await this.stop()
    return (
      this.#initError ?? JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: 'the init phase timed out' })
    )
  }

  /** Sends an event, after starting a process if none runs. An environment has one event at a time: others wait. */
  invoke(event: unknown): Promise<Outcome & { ms: number }> {
    const outcome = this.#last.then(() => this.#invokeNow(event))
    this.#last = outcome.catch(() => {})
    return outcome
  }

  async #invokeNow(event: unknown): Promise<Outcome & { ms: number }> {
    const failure = await this.start()
    if (failure !== undefined) return { kind: 'init-error', body: failure, ms: 0 }
    const began = performance.now()
    const timer = new AbortController()
    const { timeoutSeconds } = this.definition
    sleep(timeoutSeconds * 1000, undefined, { signal: timer.signal }).then(
      () => {
        const api = this.#api
        this.kill()
        const errorMessage = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`
        api?.fail({ kind: 'timeout', body: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }) })
      },
      () => {},
    )
    this.#child?.kill('SIGCONT')
    const outcome = (await this.#api?.invoke(event, timeoutSeconds)) ?? { kind: 'exit' as const, body: '{}' }
    timer.abort()
    const ms = performance.now() - began
    this.durationsMs.push(ms)
    return { ...outcome, ms }
  }

  /** Another environment of the same function, with other variables or another timeout. */
  copy(environment: Readonly<Record<string, string | undefined>>, timeoutSeconds?: number): Sandbox {
    const definition = { ...this.definition, timeoutSeconds: timeoutSeconds ?? this.definition.timeoutSeconds }
    return new Sandbox(definition, { ...this.#options, environment })
  }

  /** Kills the process, as Lambda does when it recycles an environment. */
  kill(): void {
    this.#child?.kill('SIGKILL')
    this.#forget()
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.kill()
    if (child && child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve))
  }

  #forget(): void {
    this.#api?.close()
    this.#child = undefined
    this.#api = undefined
  }

  #spawn(address: string): ChildProcess {
    const { definition } = this
    const { runtimeClient, authorityFile, credentials, environment = {} } = this.#options
    const { accessKeyId, secretAccessKey, sessionToken } = credentials()
    const variables = { ...definition.environment, ...environment }
    const child = spawn(process.execPath, [runtimeClient, definition.handler], {
      cwd: definition.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        LANG: 'en_US.UTF-8',
        TZ: ':UTC',
        ...variables,
        _HANDLER: definition.handler,
        LAMBDA_TASK_ROOT: definition.folder,
        LAMBDA_RUNTIME_DIR: definition.folder,
        AWS_LAMBDA_RUNTIME_API: address,
        AWS_LAMBDA_FUNCTION_NAME: definition.lambdaName,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMB),
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.lambdaName}`,
        AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]0',
        AWS_LAMBDA_LOG_FORMAT: definition.logFormat,
        ...(definition.logLevel && { AWS_LAMBDA_LOG_LEVEL: definition.logLevel }),
        AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
        AWS_REGION: REGION,
        AWS_DEFAULT_REGION: REGION,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        NODE_EXTRA_CA_CERTS: authorityFile,
      },
    })
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk
      })
    return child
  }
}
