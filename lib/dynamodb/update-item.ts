import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import type { Unfinished } from './direct-call.ts'
import type { ConditionFailed } from './send.ts'

/** Makes one attempt at an UpdateItem call. @param attempted the attempt, if it was already made */
export type UpdateItem = (
  input: UpdateItemCommandInput,
  deadline: Deadline,
  attempted?: Unfinished,
) => Promise<object | ConditionFailed>
