/** The parameters of a read that returns only some attributes. */
export interface Projection {
  readonly ProjectionExpression: string
  readonly ExpressionAttributeNames: Record<string, string>
}

/** Limits a read to these attributes. Each name has a placeholder, because DynamoDB reserves words such as `name`. */
export function projectionOf(attributes: readonly string[]): Projection {
  return {
    ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
  }
}
