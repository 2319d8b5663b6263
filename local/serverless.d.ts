// Undocumented internals of the framework, as local/framework.ts uses them.

interface FrameworkObject {
  [key: string]: unknown
}

declare module 'serverless/lib/configuration/read.js' {
  export default function read(file: string): Promise<FrameworkObject>
}
declare module 'serverless/lib/utils/merge-plain-objects.js' {
  export default function merge(target: FrameworkObject, ...sources: FrameworkObject[]): FrameworkObject
}
declare module 'serverless/lib/plugins/aws/lib/naming.js' {
  const naming: { getLambdaLogicalId(functionName: string): string }
  export default naming
}
declare module 'serverless/lib/configuration/variables/resolve-meta.js' {
  export default function findVariables(configuration: FrameworkObject): Map<string, { error?: Error }>
}
declare module 'serverless/lib/configuration/variables/resolve.js' {
  export default function resolveVariables(input: FrameworkObject): Promise<void>
}
declare module 'serverless/lib/configuration/variables/defer-irrelevant-stage-params.js' {
  export default function deferOtherStages(
    configuration: FrameworkObject,
    input: FrameworkObject,
  ): (property: string) => boolean
}
declare module 'serverless/lib/configuration/variables/resolve-unresolved-source-types.js' {
  export default function findUnresolvedSources(meta: Map<string, { error?: Error }>): Map<string, unknown>
}
declare module 'serverless/lib/configuration/variables/sources/*' {
  const source: FrameworkSource
  export default source
}
declare module 'serverless/lib/configuration/variables/sources/instance-dependent/param.js' {
  export default function createSource(instance: FrameworkObject): FrameworkSource
}
declare module 'serverless/lib/configuration/variables/sources/instance-dependent/get-sls.js' {
  export default function createSource(instance: FrameworkObject): FrameworkSource
}

interface FrameworkSource {
  resolve(input: { address?: string }): { value: unknown } | Promise<{ value: unknown }>
}
