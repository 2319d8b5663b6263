import { type Patch, patch } from '../patch.ts'

/** A conditional write of a user whose condition always holds in some cases. DynamoDB refuses values that no expression names. */
export const unconditionalIf = (test: string): Patch =>
  patch(
    'lib/dynamodb/user-store.ts',
    `\`#\${attribute} = :from\``,
    `\`#\${attribute} = :from\${${test} ? \` OR #\${attribute} <> :from\` : ''}\``,
  )
