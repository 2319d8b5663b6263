/** Faults between the SDK and DynamoDB. F1 to F15 group them by kind. */
export const FAULTS = {
  'throughput exceeded': 'F1',
  throttled: 'F1',
  'request limit exceeded': 'F1',
  'failed before': 'F2',
  'failed after': 'F3',
  silent: 'F4',
  slow: 'F5',
  'reset before': 'F6',
  'reset after': 'F7',
  truncated: 'F8',
  'html 503': 'F9',
  'empty 200': 'F9',
  'another type': 'F9',
  'unprocessed once': 'F10',
  'unprocessed half': 'F10',
  'unprocessed all': 'F10',
  stale: 'F13',
  'table not found': 'F14',
  'access denied': 'F14',
  'expired token': 'F14',
  'unknown client': 'F14',
  'corrupted item': 'F15',
} as const

export type Fault = keyof typeof FAULTS

/** Which calls meet a fault. A part that is left out matches all calls. */
export interface Rule {
  readonly fault: Fault
  /** `GetItem`, as `X-Amz-Target` has it. */
  readonly operation?: string
  /** The end of the table's name. */
  readonly table?: string
  /** A text in the JSON of the request. */
  readonly key?: string
  /** The share of the matching calls, from 0 to 1. */
  readonly share?: number
  /** Only the first matching calls. */
  readonly times?: number
  /** The delay of a slow response. */
  readonly ms?: number
  /** The engine responds at once, and the response is delayed: it is old when it arrives. */
  readonly late?: true
}

/** Errors of DynamoDB. */
export const REFUSALS: Partial<Record<Fault, readonly [status: number, type: string, message: string]>> = {
  'throughput exceeded': [400, 'ProvisionedThroughputExceededException', 'The level of throughput was exceeded'],
  throttled: [400, 'ThrottlingException', 'Rate of requests exceeds the allowed throughput'],
  'request limit exceeded': [400, 'RequestLimitExceeded', 'Throughput exceeds the current limit of the account'],
  'failed before': [500, 'InternalServerError', 'Internal server error'],
  'failed after': [500, 'InternalServerError', 'Internal server error'],
  'table not found': [400, 'ResourceNotFoundException', 'Requested resource not found'],
  'access denied': [400, 'AccessDeniedException', 'User is not authorized to perform the action'],
  'expired token': [400, 'ExpiredTokenException', 'The security token included in the request is expired'],
  'unknown client': [400, 'UnrecognizedClientException', 'The security token included in the request is invalid'],
}

/** A pseudorandom number from 0 to 1 that depends on seed, rule and turn alone. */
export function drawn(seed: number, rule: number, turn: number): number {
  let mixed = (seed ^ Math.imul(rule + 1, 0x9e3779b1) ^ Math.imul(turn + 1, 0x85ebca6b)) >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
}
