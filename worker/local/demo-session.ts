export interface DemoAccount {
  email: string;
  password: string;
}

/** Signs in as anybody does and gives the cookie. */
export async function signIn(origin: string, { email, password }: DemoAccount): Promise<string> {
  const response = await fetch(`${origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: origin },
    body: JSON.stringify({ email, password }),
  });
  const [cookie] = response.headers.getSetCookie();
  if (!response.ok || cookie === undefined) throw new Error(`${email} cannot sign in: ${response.status}`);
  return cookie.split(';')[0] ?? '';
}
