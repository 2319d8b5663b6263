import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: properties of every kind of resource
  readonly Properties?: any
  readonly DependsOn?: string | readonly string[]
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  /** The name of a condition of the template. */
  readonly Condition?: string
}

/** A CloudFormation template as `serverless package` writes it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs?: Readonly<Record<string, unknown>>
  readonly Parameters?: Readonly<Record<string, { Default?: unknown }>>
  readonly Conditions?: Readonly<Record<string, unknown>>
}

/** Reads the template of a packaged service. @throws Error if the folder has none */
export async function readTemplate(folder: string): Promise<Template> {
  const file = join(folder, '.serverless', 'cloudformation-template-update-stack.json')
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} does not exist: run npx serverless package in ${folder} first.`)
  })
  return JSON.parse(text)
}

/** The resources of a type, with their logical ids. */
export const resourcesOf = (template: Template, type: string): [id: string, resource: Resource][] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type)

/** The one key of an intrinsic function such as `{ "Fn::GetAtt": [...] }`; `undefined` for any other value. */
export function intrinsicOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const [key, ...others] = Object.keys(value)
  return key !== undefined && others.length === 0 && /^(Ref|Condition|Fn::\w+)$/.test(key) ? key : undefined
}

/** Whether a route or an authorizer belongs to a WebSocket API. */
export function isOfWebSocketApi(template: Template, { Properties: own }: Resource): boolean {
  const api = template.Resources[referredId(own?.ApiId) ?? '']
  return api?.Properties?.ProtocolType === 'WEBSOCKET'
}

/** The logical id that a value refers to by `Ref` or `Fn::GetAtt`. */
export function referredId(value: unknown): string | undefined {
  const kind = intrinsicOf(value)
  if (kind === 'Ref') return (value as { Ref: string }).Ref
  if (kind !== 'Fn::GetAtt') return undefined
  const target = (value as { 'Fn::GetAtt': string | string[] })['Fn::GetAtt']
  return Array.isArray(target) ? target[0] : target.split('.')[0]
}
