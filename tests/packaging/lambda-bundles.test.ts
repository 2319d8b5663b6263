import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as theirs from '@aws-sdk/middleware-endpoint-discovery'
import { expect, test } from 'vitest'
import * as discovery from '../../build/lambda-endpoint-discovery.ts'
import * as streams from '../../build/lambda-event-streams.ts'

// The bundles replace parts of the SDK by stand-ins (`build/esbuild.ts`). These tests fail if a new version of the
// SDK uses more of the replaced parts.

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

test('the DynamoDB client uses two functions of endpoint discovery and never discovers an endpoint', async () => {
  const text = await sources(CLIENT)
  const used = importsOf(text, '@aws-sdk/middleware-endpoint-discovery')
  expect(used).toEqual(['NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS', 'resolveEndpointDiscoveryConfig'])
  expect(Object.keys(discovery).sort()).toEqual(used)
  expect(Object.keys(theirs)).toEqual(expect.arrayContaining(used))
  expect(text).not.toMatch(/getEndpointDiscoveryPlugin|config\.endpointCache|endpointDiscoveryEnabled\(/)
})

test('the stand-in for endpoint discovery returns the configuration unchanged', () => {
  const {
    environmentVariableSelector,
    configFileSelector,
    default: otherwise,
  } = discovery.NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS
  expect([environmentVariableSelector(), configFileSelector(), otherwise]).toEqual([undefined, undefined, undefined])
  const config = { region: 'eu-central-1' }
  expect(discovery.resolveEndpointDiscoveryConfig(config)).toBe(config)
})

test('the SDK loads event streams only for operations that have one, and no DynamoDB operation has one', async () => {
  const protocol = await readFile('node_modules/@smithy/core/dist-es/submodules/protocols/HttpProtocol.js', 'utf8')
  const [, names = ''] = /const \{([^}]*)\} = await import\("@smithy\/core\/event-streams"\)/.exec(protocol) ?? []
  const used = names.split(',').map((name) => name.trim())
  expect(Object.keys(streams).sort()).toEqual(used.sort())
  expect(await sources(join(CLIENT, 'schemas'))).not.toMatch(/\bstreaming\b|\beventStream/)
  expect(() => new streams.EventStreamSerde()).toThrow('DynamoDB has no event streams')
})
