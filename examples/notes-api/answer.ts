export interface Answer {
  readonly statusCode: number
  readonly headers: { readonly 'content-type': string; readonly 'cache-control': string }
  readonly body: string
}

export function answer(statusCode: number, body: object): Answer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  }
}
