import { join } from 'node:path'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { runtimeClient } from '../packages.ts'
import { type PackagedFunction, unpackFunctions } from '../template/packaged-function.ts'
import type { Template } from '../template/template.ts'
import { createCertificate } from './certificate.ts'
import { type DynamodbHost, HOSTS, startDynamodbHost } from './dynamodb-host.ts'
import { createTables, engineClient, startEngine } from './engine.ts'
import { Sandbox } from './sandbox.ts'

export interface MachineOptions {
  /** The folder of the packaged service. */
  readonly folder: string
  readonly template: Template
  /** A folder for the code of the functions and the certificate. */
  readonly scratch: string
  /** The templates whose tables are created. */
  readonly tables: readonly Template[]
  /** Values of `Fn::ImportValue`. */
  readonly imports?: Readonly<Record<string, string>>
}

/** The functions of a packaged service in their sandboxes, with DynamoDB behind its real name. */
export interface Machine {
  /** By the names in serverless.yml; functions of other runtimes than Node.js are left out. */
  readonly sandboxes: ReadonlyMap<string, Sandbox>
  readonly functions: readonly PackagedFunction[]
  readonly host: DynamodbHost
  /** A client of the engine, whose calls belong to no function. */
  readonly client: DynamoDBClient
  readonly endpoint: string
  readonly engine: string
  close(): Promise<void>
}

/** Starts the parts; no function runs before its first event. Must run in the namespace. */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const { folder, template, scratch, tables, imports = {} } = options
  const functions = await unpackFunctions(folder, template, join(scratch, 'functions'), imports)
  const certificate = await createCertificate(scratch, HOSTS)
  const engine = await startEngine()
  const client = engineClient(engine.endpoint)
  try {
    for (const each of tables) await createTables(client, each)
    const host = await startDynamodbHost(engine.endpoint, certificate)
    const sandboxes = new Map<string, Sandbox>()
    for (const definition of functions)
      if (definition.runtime.startsWith('nodejs'))
        sandboxes.set(
          definition.name,
          new Sandbox(definition, {
            runtimeClient: runtimeClient(),
            authorityFile: certificate.authorityFile,
            credentials: () => host.issue(definition.name),
          }),
        )
    return {
      sandboxes,
      functions,
      host,
      client,
      endpoint: engine.endpoint,
      engine: engine.name,
      async close() {
        for (const sandbox of sandboxes.values()) await sandbox.stop()
        client.destroy()
        await host.close()
        await engine.close()
      },
    }
  } catch (error) {
    await engine.close()
    throw error
  }
}
