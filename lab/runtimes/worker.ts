import { exercise } from './exercise.ts'

// A Cloudflare Worker that runs the client against the address in its query.
export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json(await exercise(new URL(request.url).searchParams.get('address') ?? ''))
  },
}
