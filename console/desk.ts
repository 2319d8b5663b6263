// The administrators' pages, which only administrators load.

export { IncidentView } from './views/incident.tsx'
export { InvitationsView } from './views/invitations.tsx'
export { UserView } from './views/user.tsx'
export { UsersView } from './views/users.tsx'
