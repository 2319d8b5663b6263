import { object } from './json.ts'
import type { Service, ServiceFunction } from './service.ts'

const ARN = /^arn:[\w-]+:lambda:[\w-]*:\d*:function:([\w-]+)(?::[\w$-]+)?$/

/**
 * The function that an ARN means, among all that are served side by side. What CloudFormation would fill in is looked
 * up: `Fn::ImportValue` in every service's exports, `Fn::GetAtt` in the service that says it.
 */
export function findFunction(arn: unknown, home: Service, services: Service[]): ServiceFunction | undefined {
  if (typeof arn === 'string') {
    const [, lambdaName] = ARN.exec(arn) ?? []
    return find(services, (definition) => definition.lambdaName === lambdaName)
  }
  const { 'Fn::ImportValue': exported, 'Fn::GetAtt': attribute } = object(arn)
  if (typeof exported === 'string') {
    for (const service of services)
      for (const output of Object.values(service.outputs).map(object))
        if (object(output.Export).Name === exported) return findFunction(output.Value, service, services)
  }
  const [id, which] = typeof attribute === 'string' ? attribute.split('.') : Array.isArray(attribute) ? attribute : []
  return which === 'Arn' ? find([home], (definition) => definition.logicalId === id) : undefined
}

function find(services: Service[], is: (definition: ServiceFunction) => boolean): ServiceFunction | undefined {
  return services.flatMap(({ functions }) => functions).find(is)
}
