// What the plugins use of esbuild, declared structurally: the types of the package need no esbuild.

/** The part of an esbuild plugin's `build` that `lambdaPlugin` uses. */
export interface PluginBuild {
  /** Resolves an import as esbuild does. */
  resolve(path: string, options: { kind: never; resolveDir: string; pluginData: unknown }): Promise<ResolveResult>
  /** Decides to which file an import leads. */
  onResolve(
    options: { filter: RegExp },
    callback: (args: ResolveArgs) => Promise<StandIn | Builtin | undefined> | Builtin | External | undefined,
  ): void
  /** Replaces the contents of a file. */
  onLoad(
    options: { filter: RegExp; namespace?: string },
    callback: (args: LoadArgs) => Promise<Loaded | undefined> | BuiltinText,
  ): void
  /** Adds to what a build has written. */
  onEnd(callback: (result: BuildOutput) => Promise<void>): void
  readonly initialOptions: InitialOptions
  readonly esbuild: {
    /** Builds as esbuild does. */
    build(options: object): Promise<{ outputFiles?: readonly OutputText[] | undefined }>
  }
}

/** The part of esbuild's options that `lambdaPlugin` uses. */
export interface InitialOptions {
  absWorkingDir?: string | undefined
  external?: string[] | undefined
  metafile?: boolean | undefined
  minify?: boolean | undefined
  target?: string | string[] | undefined
  write?: boolean | undefined
}

/** The part of a written file that `lambdaPlugin` uses. */
export interface OutputText {
  readonly contents: Uint8Array
}

/** The part of esbuild's result that `lambdaPlugin` uses. */
export interface BuildOutput {
  metafile?:
    | { outputs: Readonly<Record<string, { imports: readonly { path: string; external?: boolean | undefined }[] }>> }
    | undefined
  outputFiles?: { path: string; contents: Uint8Array; hash: string; readonly text: string }[] | undefined
}

/** A file that stays beside the output. */
export interface External {
  path: string
  external: true
}

/** The part of esbuild's arguments of a resolution that `lambdaPlugin` uses. */
export interface ResolveArgs {
  readonly path: string
  readonly importer: string
  readonly resolveDir: string
  readonly kind: string
  readonly pluginData: unknown
}

/** The part of esbuild's result of a resolution that `lambdaPlugin` uses. */
export interface ResolveResult {
  readonly path: string
  readonly errors: readonly object[]
}

/** The part of esbuild's arguments of a load that `lambdaPlugin` uses. */
export interface LoadArgs {
  readonly path: string
  readonly pluginData: unknown
}

/** The file that replaces a module. */
export interface StandIn {
  path: string
  pluginData: { standsIn: true; resolveDir: string }
}

/** A module of Node.js that is loaded without its ES module. */
export interface Builtin {
  path: string
  namespace: 'coatcheck-builtin'
}

/** The code that loads such a module. */
export interface BuiltinText {
  contents: string
  loader: 'js'
}

/** The contents of a stand-in, whose imports are resolved as from the module that it replaces. */
export interface Loaded {
  contents: string
  loader: 'ts' | 'js'
  resolveDir: string
}

/** An esbuild plugin. */
export interface EsbuildPlugin {
  name: string
  /** Called by esbuild at the start of a build. */
  setup(build: PluginBuild): void
}
