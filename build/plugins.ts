import consolePlugins from './console-plugin.ts'
import { providersPlugin } from './providers-plugin.ts'

/** The esbuild plugins of the functions' bundles. */
export default [...consolePlugins, providersPlugin]
