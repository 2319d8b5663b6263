import { call, callFailed, classifyError, clientOptions } from '../aws.ts'
import { type Finding, failed, ok, unknown } from '../finding.ts'
import { listApis } from './http-apis.ts'

/** The custom domains and the HTTP APIs of an account and Region. */
export interface Domains {
  /** The API mappings of a custom domain; `undefined` if there is no such domain. */
  mappingsOf(host: string): Promise<readonly Mapping[] | undefined>
  apis(): AsyncIterable<{ readonly id: string; readonly name: string }>
  destroy(): void
}

interface Mapping {
  readonly apiId: string
  /** The base path, empty for the root. */
  readonly key: string
}

/**
 * Checks that the host of `ORIGIN`, the only one that gets the cookie, leads to Coatcheck's API, and says which others it
 * leads to. Three calls, and one for each further page of APIs.
 * @param apiName the name of Coatcheck's API
 */
export async function* checkOrigin(
  origin: string,
  apiName: string,
  open: () => Promise<Domains>,
): AsyncGenerator<Finding> {
  const subject = `origin ${origin}`
  const { hostname } = new URL(origin)
  let domains: Domains | undefined
  try {
    domains = await open()
    const names = new Map<string, string>()
    for await (const { id, name } of domains.apis()) names.set(id, name)
    const [own] = [...names].find(([, name]) => name === apiName) ?? []
    const [, ofApi] = /^([a-z\d]+)\.execute-api\./.exec(hostname) ?? []
    if (ofApi !== undefined) {
      yield names.has(ofApi)
        ? ok(subject, `the address of the API ${JSON.stringify(names.get(ofApi))}: no other API gets the cookie`)
        : failed(subject, `this Region has no API ${ofApi}`, 'Correct ORIGIN, or give the Region of the stack.')
      return
    }
    const mappings = await domains.mappingsOf(hostname)
    if (!mappings)
      yield unknown(subject, 'no custom domain of this Region: not checked, such as behind CloudFront or another proxy')
    else if (own === undefined) yield unknown(subject, `not checked, because no API has the name ${apiName}`)
    else if (mappings.some(({ apiId }) => apiId === own)) {
      const paths = mappings.map(({ apiId, key }) => `/${key} ${names.get(apiId) ?? apiId}`)
      yield ok(subject, `the cookie reaches ${paths.sort().join(', ')}`)
    } else
      yield failed(
        subject,
        `no API mapping of ${hostname} leads to ${apiName}`,
        `\`aws apigatewayv2 create-api-mapping --domain-name ${hostname} --api-id ${own} --stage '$default'\`, or correct ORIGIN.`,
      )
  } catch (error) {
    const [, missing] = /Cannot find package '([^']+)'/.exec((error as Error).message) ?? []
    if (missing) yield unknown(subject, `${missing} is not installed (\`npm install ${missing}\`)`)
    else yield callFailed(subject, 'domain and mappings', error, 'apigateway:GET')
  } finally {
    domains?.destroy()
  }
}

/** Opens API Gateway's domains. @throws Error if the SDK package is not installed */
export async function openDomains(region: string | undefined): Promise<Domains> {
  const { ApiGatewayV2Client, GetApiMappingsCommand, GetApisCommand } = await import('@aws-sdk/client-apigatewayv2')
  const client = new ApiGatewayV2Client(clientOptions({ region }))
  return {
    apis: () => listApis(client, GetApisCommand),
    async mappingsOf(DomainName) {
      try {
        const { Items = [] } = await call((how) => client.send(new GetApiMappingsCommand({ DomainName }), how))
        return Items.map(({ ApiId: apiId = '', ApiMappingKey: key = '' }) => ({ apiId, key }))
      } catch (error) {
        if (classifyError(error).kind === 'not found') return undefined
        throw error
      }
    },
    destroy: () => client.destroy(),
  }
}
