export const GET = async () => Response.json({ reached: true })
