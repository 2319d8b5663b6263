// What the command line `coatcheck` calls.
export { type DevOptions, dev } from './dev.ts'
export { init } from './init.ts'
export { type PackageOptions, packageStack } from './package-stack.ts'
