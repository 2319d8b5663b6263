import { resourcesOf } from '../template/template.ts'
import type { Rule } from './rule.ts'

const TABLE = 'AWS::DynamoDB::Table'

/** The rules of tables. */
export const TABLE_RULES: readonly Rule[] = [
  {
    name: 'ttl',
    reason: 'Sessions, attempts and activity that are over must leave the table, and users must never.',
    of: 'own',
    check: (template) =>
      resourcesOf(template, TABLE).flatMap(([id, { Properties: own }]) => {
        const { AttributeName: attribute, Enabled: enabled } = own.TimeToLiveSpecification ?? {}
        const isRight =
          id === 'UsersTable' ? !own.TimeToLiveSpecification : attribute === 'expiresAt' && enabled === true
        return isRight ? [] : [`${id} has TimeToLiveSpecification ${JSON.stringify(own.TimeToLiveSpecification)}`]
      }),
  },
  {
    name: 'recovery',
    reason: 'A table that was changed by mistake is restored to a second of the last 35 days.',
    of: 'every',
    check: (template) =>
      resourcesOf(template, TABLE).flatMap(([id, { Properties: own }]) =>
        own.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true
          ? []
          : [`${id} has no point-in-time recovery`],
      ),
  },
  {
    name: 'deletion-protection',
    reason: 'Neither the removal of the stack nor a replacement of the table may delete accounts.',
    of: 'every',
    check: (template) =>
      resourcesOf(template, TABLE).flatMap(([id, { Properties: own, DeletionPolicy, UpdateReplacePolicy }]) => [
        ...(own.DeletionProtectionEnabled === true ? [] : [`${id} has no DeletionProtectionEnabled`]),
        ...(DeletionPolicy === 'Retain' ? [] : [`${id} has DeletionPolicy ${DeletionPolicy}`]),
        ...(UpdateReplacePolicy === 'Retain' ? [] : [`${id} has UpdateReplacePolicy ${UpdateReplacePolicy}`]),
      ]),
  },
  {
    name: 'encryption',
    reason: 'Tables are encrypted with a KMS key, whose use CloudTrail records, and queues at rest.',
    of: 'every',
    check: (template) => [
      ...resourcesOf(template, TABLE).flatMap(([id, { Properties: own }]) =>
        own.SSESpecification?.SSEEnabled === true ? [] : [`${id} has no SSESpecification`],
      ),
      ...resourcesOf(template, 'AWS::SQS::Queue').flatMap(([id, { Properties: own }]) =>
        own?.SqsManagedSseEnabled === true || own?.KmsMasterKeyId ? [] : [`${id} is not encrypted`],
      ),
    ],
  },
  {
    name: 'stream-of-keys',
    reason: 'No attribute of a user leaves the table through its stream; only that of sessions has images, for events.',
    of: 'own',
    check: (template) =>
      resourcesOf(template, TABLE).flatMap(([id, { Properties: own }]) => {
        const view = own.StreamSpecification?.StreamViewType
        const isRight = view === undefined || view === 'KEYS_ONLY' || id === 'SessionsTable'
        return isRight ? [] : [`${id} has a stream of ${view}`]
      }),
  },
]
