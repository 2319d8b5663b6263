import { tableNames } from '../../local/table-settings.ts'

/** The tables of the services that the proof plays. */
export const TABLES = tableNames('coatcheck-local')
