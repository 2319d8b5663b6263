/**
 * Splits an `http:` endpoint into its address and the credentials in it. Most local engines accept any credentials; the
 * embedded one has an endpoint such as `http://local:<secret>@127.0.0.1:8000`.
 */
export function parseLocalEndpoint(endpoint: string) {
  const { origin, username, password } = new URL(endpoint)
  return {
    endpoint: origin,
    region: 'local',
    credentials: {
      accessKeyId: decodeURIComponent(username) || 'local',
      secretAccessKey: decodeURIComponent(password) || 'local',
    },
  }
}
