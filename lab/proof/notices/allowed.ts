/** How old a check may be on the neighbour's first route: its `maxStalenessSeconds`. */
export const ALLOWED_SECONDS = 2
