import consolePlugins from './console-plugin.ts'
import { lambdaPlugin } from './esbuild.ts'

/** The esbuild plugins of the functions, for `custom.esbuild.plugins`. */
export default [lambdaPlugin(), ...consolePlugins]
