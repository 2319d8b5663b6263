import { pathToFileURL } from 'node:url'
import { bundleService } from '../../../local/bundle.ts'
import type { FrontOptions } from '../../../local/front.ts'
import type { Service } from '../../../local/service.ts'

export type Handler = (event: unknown, context?: unknown) => Promise<unknown>

/**
 * Opens the functions of the service, or one of them, in this process, bundled as for Lambda into a folder, which they
 * load more from later.
 */
export async function openFunctions(
  service: Service,
  folder: string,
  bundle: NonNullable<FrontOptions['bundle']> = bundleService,
  only?: string,
): Promise<Map<string, Handler>> {
  const functions = service.functions.filter(({ name }) => only === undefined || name === only)
  const bundles = await bundle({ ...service, functions }, folder)
  const handlers = new Map<string, Handler>()
  for (const [name, { file, exportName }] of bundles)
    handlers.set(name, (await import(/* @vite-ignore */ pathToFileURL(file).href))[exportName])
  return handlers
}
