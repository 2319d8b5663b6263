import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { ACCOUNT, createResolver, REGION } from './resolve.ts'
import { referredId, resourcesOf, type Template } from './template.ts'

/** A function of a packaged service: its code as it would be uploaded, and its configuration in the template. */
export interface PackagedFunction {
  /** The name in serverless.yml. */
  readonly name: string
  readonly lambdaName: string
  readonly arn: string
  readonly handler: string
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
  readonly memoryMB: number
  readonly runtime: string
  /** `Text` or `JSON`. */
  readonly logFormat: string
  readonly logLevel: string | undefined
  /** The logical id of its role; `undefined` for a role outside the template. */
  readonly roleId: string | undefined
}

/**
 * Unpacks every function of a packaged service, its files unchanged.
 * @param imports values of `Fn::ImportValue`
 */
export async function unpackFunctions(
  folder: string,
  template: Template,
  to: string,
  imports: Readonly<Record<string, string>> = {},
): Promise<PackagedFunction[]> {
  const resolver = createResolver(template, imports)
  const { service } = JSON.parse(await readFile(join(folder, '.serverless', 'serverless-state.json'), 'utf8'))
  const prefix = `${service.service}-${service.provider.stage}-`
  const deployed = resourcesOf(template, 'AWS::Lambda::Function').filter(([, each]) => resolver.isDeployed(each))
  return await Promise.all(
    deployed.map(async ([id, { Properties: own }]) => {
      const archive = resolver.text(own.Code.S3Key).split('/').at(-1) ?? ''
      const unpacked = join(to, id)
      const files = unzipSync(await readFile(join(folder, '.serverless', archive)))
      for (const [path, contents] of Object.entries(files)) {
        if (path.endsWith('/')) continue
        await mkdir(dirname(join(unpacked, path)), { recursive: true })
        await writeFile(join(unpacked, path), contents)
      }
      const lambdaName = resolver.text(own.FunctionName ?? id)
      const variables: Record<string, unknown> = own.Environment?.Variables ?? {}
      return {
        name: lambdaName.startsWith(prefix) ? lambdaName.slice(prefix.length) : lambdaName,
        lambdaName,
        arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${lambdaName}`,
        handler: own.Handler,
        folder: unpacked,
        environment: Object.fromEntries(
          Object.entries(variables).map(([variable, value]) => [variable, resolver.text(value)]),
        ),
        timeoutSeconds: own.Timeout ?? 3,
        memoryMB: own.MemorySize ?? 128,
        runtime: own.Runtime,
        logFormat: own.LoggingConfig?.LogFormat ?? 'Text',
        logLevel: own.LoggingConfig?.ApplicationLogLevel,
        roleId: referredId(own.Role),
      }
    }),
  )
}
