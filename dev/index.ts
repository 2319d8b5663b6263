/**
 * Runs Coatcheck for tests and end-to-end tests.
 * @packageDocumentation
 */
export { startCoatcheck } from './start-coatcheck.ts'
export type { RunningCoatcheck, SignedInUser, StartOptions, UserSettings } from './types.ts'
