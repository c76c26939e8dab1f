/** The address that an invitation is passed on by. Its token is in the fragment, which no server sees. */
export function invitationLink(app: URL, token: string): string {
  return new URL(`/join#invite=${token}`, app).href;
}
