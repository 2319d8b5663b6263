import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { createClient } from '../../lib/dynamodb/index.ts'

afterEach(() => vi.unstubAllEnvs())

test('on a server the client has the Region and the credentials that the AWS SDK finds, such as a profile’s', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-profile-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'config'), '[profile app]\nregion = eu-north-1\n')
  await writeFile(join(folder, 'credentials'), '[app]\naws_access_key_id = id\naws_secret_access_key = secret\n')
  for (const name of ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN', 'REGION', 'DEFAULT_REGION'])
    vi.stubEnv(`AWS_${name}`, undefined)
  vi.stubEnv('AWS_PROFILE', 'app')
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'))
  const client = createClient({ timeoutMs: 800 })
  onTestFinished(() => client.destroy())
  expect(await client.config.region()).toBe('eu-north-1')
  expect(await client.config.credentials()).toMatchObject({ accessKeyId: 'id', secretAccessKey: 'secret' })
})
