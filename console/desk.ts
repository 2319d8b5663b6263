// The administrators' pages, which only administrators load.

export { UserView } from './views/user.tsx'
export { UsersView } from './views/users.tsx'
