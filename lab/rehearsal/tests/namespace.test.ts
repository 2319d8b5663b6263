import { expect, test, vi } from 'vitest'
import { findNamespace } from '../machine/namespace.ts'

test('another system than Linux, and a machine without the right, have no namespace, and the reason is told', async () => {
  vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin')
  expect(await findNamespace()).toEqual({ reason: expect.stringContaining('needs Linux, this is darwin') })
  vi.restoreAllMocks()
  vi.spyOn(process, 'platform', 'get').mockReturnValue('linux')
  vi.stubEnv('PATH', '')
  expect(await findNamespace()).toEqual({ reason: expect.stringContaining('cannot make a private network namespace') })
  vi.unstubAllEnvs()
})
