import { object } from './json.ts'
import type { Service, ServiceFunction } from './service.ts'

const ARN = /^arn:[\w-]+:lambda:[\w-]*:\d*:function:([\w-]+)(?::[\w$-]+)?$/

/**
 * Finds the function of an ARN among all served services. Resolves `Fn::ImportValue` in the exports of every service
 * and `Fn::GetAtt` in the service that declares it.
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
  const [id, name] = typeof attribute === 'string' ? attribute.split('.') : Array.isArray(attribute) ? attribute : []
  return name === 'Arn' ? find([home], (definition) => definition.logicalId === id) : undefined
}

function find(services: Service[], is: (definition: ServiceFunction) => boolean): ServiceFunction | undefined {
  return services.flatMap(({ functions }) => functions).find(is)
}
