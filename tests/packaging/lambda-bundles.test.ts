import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as theirs from '@aws-sdk/middleware-endpoint-discovery'
import { expect, test } from 'vitest'
import * as discovery from '../../build/lambda-endpoint-discovery.ts'
import * as streams from '../../build/lambda-event-streams.ts'

// What the bundles have in the place of parts of the SDK (`custom.esbuild.alias`) holds for as long as the SDK uses no
// more of those parts: this fails where a new version does.

const CLIENT = 'node_modules/@aws-sdk/client-dynamodb/dist-es'

async function sources(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => /(?<!\.(native|browser))\.js$/.test(file))
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n')
}

const importsOf = (text: string, name: string) =>
  [...text.matchAll(new RegExp(`import \\{([^}]*)\\} from "${name}"`, 'g'))]
    .flatMap(([, names = '']) => names.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .sort()

test('the client asks its endpoint discovery for two things, and nothing ever discovers', async () => {
  const text = await sources(CLIENT)
  const used = importsOf(text, '@aws-sdk/middleware-endpoint-discovery')
  expect(used).toEqual(['NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS', 'resolveEndpointDiscoveryConfig'])
  expect(Object.keys(discovery).sort()).toEqual(used)
  expect(Object.keys(theirs)).toEqual(expect.arrayContaining(used))
  expect(text).not.toMatch(/getEndpointDiscoveryPlugin|config\.endpointCache|endpointDiscoveryEnabled\(/)
})

test('and is told that it is not asked for', () => {
  const {
    environmentVariableSelector,
    configFileSelector,
    default: otherwise,
  } = discovery.NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS
  expect([environmentVariableSelector(), configFileSelector(), otherwise]).toEqual([undefined, undefined, undefined])
  const config = { region: 'eu-central-1' }
  expect(discovery.resolveEndpointDiscoveryConfig(config)).toBe(config)
})

test('the protocol asks for event streams where an operation has one, which none of DynamoDB’s does', async () => {
  const protocol = await readFile('node_modules/@smithy/core/dist-es/submodules/protocols/HttpProtocol.js', 'utf8')
  const [, names = ''] = /const \{([^}]*)\} = await import\("@smithy\/core\/event-streams"\)/.exec(protocol) ?? []
  const used = names.split(',').map((name) => name.trim())
  expect(Object.keys(streams).sort()).toEqual(used.sort())
  expect(await sources(join(CLIENT, 'schemas'))).not.toMatch(/\bstreaming\b|\beventStream/)
  expect(() => new streams.EventStreamSerde()).toThrow('DynamoDB has no event streams')
})
