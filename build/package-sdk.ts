const FILE = 'functions/sdk.mjs'

interface FunctionDefinition {
  package?: { patterns?: string[] }
}

interface Serverless {
  readonly service: { readonly functions?: Readonly<Record<string, FunctionDefinition>> }
}

/**
 * The plugin of the Serverless Framework that packages the file with the AWS SDK only with functions whose
 * `package.patterns` name it: serverless-esbuild would add it to all.
 */
export default class PackageSdk {
  readonly hooks: Readonly<Record<string, () => void>>
  constructor(serverless: Serverless) {
    this.hooks = {
      'before:package:initialize': () => {
        for (const definition of Object.values(serverless.service.functions ?? {})) {
          const { patterns = [] } = definition.package ?? {}
          if (!patterns.includes(FILE))
            definition.package = { ...definition.package, patterns: [...patterns, `!${FILE}`] }
        }
      },
    }
  }
}
