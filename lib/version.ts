/** The version of this package, which every log line names; a test compares it with package.json. */
export const VERSION = '0.1.0'
