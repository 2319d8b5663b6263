import type { PropertyType, PropertyTypes, SpecificationDatabase } from '../packages.ts'
import { intrinsicOf, type Resource, type Template } from './template.ts'

/** What a check of the template against AWS's resource specification came to. */
export interface Specified {
  readonly problems: readonly string[]
  readonly values: number
}

/**
 * Compares a template with AWS's resource specification: unknown, missing and mistyped properties, and every `Ref` and
 * `Fn::GetAtt`. It knows no rules between properties, no patterns of names and no quotas.
 */
export function checkSpecification(template: Template, database: SpecificationDatabase): Specified {
  const {
    Resources: resources,
    Parameters: parameters = {},
    Conditions: conditions = {},
    Outputs: outputs = {},
  } = template
  const problems: string[] = []
  let values = 0
  const definitionOf = ({ Type }: Resource) => [...database.lookup('resource', 'cloudFormationType', 'equals', Type)][0]

  for (const [id, resource] of Object.entries(resources)) {
    const definition = definitionOf(resource)
    if (definition) problems.push(...problemsOfProperties(resource.Properties ?? {}, definition.properties, id))
    else problems.push(`${id}: unknown resource type ${resource.Type}`)
    for (const other of [resource.DependsOn ?? []].flat())
      if (!resources[other]) problems.push(`${id}: DependsOn ${other}, which is not in the template`)
  }
  checkReferences(resources, '')
  checkReferences(outputs, 'Outputs')
  return { problems, values }

  function problemsOfProperties(value: unknown, types: PropertyTypes, path: string): string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: expected an object`]
    const found = Object.entries(value).flatMap(([name, each]) => {
      const declared = types[name]
      return declared ? problemsOf(each, declared.type, `${path}.${name}`) : [`${path}.${name}: unknown property`]
    })
    const missing = Object.entries(types).filter(([name, { required }]) => required && !(name in value))
    return [...found, ...missing.map(([name]) => `${path}.${name}: missing property`)]
  }

  function problemsOf(value: unknown, type: PropertyType, path: string): string[] {
    values++
    if (intrinsicOf(value)) return []
    const expect = (holds: boolean) => (holds ? [] : [`${path}: expected ${type.type}, got ${JSON.stringify(value)}`])
    switch (type.type) {
      case 'string':
      case 'date-time':
        return expect(['string', 'number', 'boolean'].includes(typeof value))
      case 'integer':
        return expect(isText(value) && Number.isInteger(Number(value)))
      case 'number':
        return expect(isText(value) && !Number.isNaN(Number(value)))
      case 'boolean':
        return expect([true, false, 'true', 'false'].includes(value as boolean))
      case 'array': {
        const { element } = type
        if (!Array.isArray(value)) return expect(false)
        return value.flatMap((each, index) => problemsOf(each, element, `${path}[${index}]`))
      }
      case 'map': {
        const { element } = type
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return expect(false)
        return Object.entries(value).flatMap(([key, each]) => problemsOf(each, element, `${path}.${key}`))
      }
      case 'ref':
        return problemsOfProperties(value, database.get('typeDefinition', type.reference.$ref).properties, path)
      case 'union': {
        const each = type.types.map((one) => problemsOf(value, one, path))
        return each.toSorted((one, other) => one.length - other.length)[0] ?? []
      }
      default:
        return []
    }
  }

  function checkReferences(value: unknown, path: string): void {
    if (typeof value !== 'object' || value === null) return
    const kind = intrinsicOf(value)
    const argument = kind && (value as Record<string, unknown>)[kind]
    if (kind === 'Ref') checkRef(String(argument), path)
    if (kind === 'Condition' && !(String(argument) in conditions)) problems.push(`${path}: no Condition ${argument}`)
    if (kind === 'Fn::GetAtt') {
      const [id = '', ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.')
      checkAttribute(id, attribute.join('.'), path)
    }
    if (kind === 'Fn::Sub') {
      const [pattern, own = {}] = [argument].flat() as [string, Record<string, unknown>?]
      for (const [, name = ''] of pattern.matchAll(/\$\{([^!}][^}]*)\}/g)) {
        const [id = '', ...attribute] = name.split('.')
        if (name in own) continue
        if (attribute.length > 0) checkAttribute(id, attribute.join('.'), path)
        else checkRef(id, path)
      }
    }
    for (const [key, each] of Object.entries(value)) checkReferences(each, path === '' ? key : `${path}.${key}`)
  }

  function checkRef(id: string, path: string): void {
    if (!resources[id] && !(id in parameters) && !id.startsWith('AWS::'))
      problems.push(`${path}: Ref to ${id}, which is not in the template`)
  }

  function checkAttribute(id: string, attribute: string, path: string): void {
    const resource = resources[id]
    if (!resource) return void problems.push(`${path}: Fn::GetAtt of ${id}, which is not in the template`)
    const attributes = definitionOf(resource)?.attributes ?? {}
    if (!(attribute in attributes) && !attribute.startsWith('Outputs.'))
      problems.push(`${path}: ${resource.Type} has no attribute ${attribute}`)
  }
}

const isText = (value: unknown) => typeof value === 'number' || (typeof value === 'string' && value !== '')
