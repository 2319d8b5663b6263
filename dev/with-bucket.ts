interface Resource {
  readonly Type: string
  readonly Properties?: { readonly Code?: { readonly S3Key?: unknown } } & Record<string, unknown>
  readonly DependsOn?: unknown
}

interface Template {
  readonly Description?: string
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs?: Readonly<Record<string, unknown>>
}

/** The framework's own bucket for deployments, which a plain template does not need. */
const DEPLOYMENT_BUCKET = /^ServerlessDeploymentBucket/

/**
 * Makes the framework's template one that anything can deploy: without a bucket of its own, and with the code of each
 * function in the given one.
 * @param keyOf returns the key of a zip by its file name
 */
export async function withBucket<T extends Template>(
  template: T,
  bucket: string,
  keyOf: (file: string) => Promise<string>,
): Promise<T> {
  const resources: [string, Resource][] = []
  for (const [name, resource] of Object.entries(template.Resources)) {
    if (DEPLOYMENT_BUCKET.test(name)) continue
    const key = resource.Type === 'AWS::Lambda::Function' ? resource.Properties?.Code?.S3Key : undefined
    if (typeof key !== 'string') resources.push([name, resource])
    else {
      const Code = { S3Bucket: bucket, S3Key: await keyOf(key.slice(key.lastIndexOf('/') + 1)) }
      resources.push([name, { ...resource, Properties: { ...resource.Properties, Code } }])
    }
  }
  const outputs = Object.entries(template.Outputs ?? {}).filter(([name]) => !DEPLOYMENT_BUCKET.test(name))
  return {
    ...template,
    Description: 'Coatcheck: session-based authentication',
    Resources: Object.fromEntries(resources),
    Outputs: Object.fromEntries(outputs),
  }
}
