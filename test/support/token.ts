import type { Token, TokenMade } from '../../worker/protocol/api.ts';
import type { TokenBody } from '../../worker/protocol/bodies.ts';
import type { TestPerson } from './site.ts';

/** A script with a token of a site. */
export interface TestToken extends Token {
  secret: string;
  /** As a script sends it: no cookie, no Origin. */
  bearer: { Authorization: string };
}

let made = 0;

/** A token that somebody makes over HTTP, by a name of its own. */
export async function makeToken(maker: TestPerson, wanted: Partial<TokenBody> = {}): Promise<TestToken> {
  const body = { name: `Gate ${++made}`, role: 'worker', days: 30, ...wanted };
  const response = await maker.request('POST', 'tokens', body);
  if (response.status !== 201) throw new Error(`Token: ${response.status} ${await response.text()}`);
  const { token, secret }: TokenMade = await response.json();
  return { ...token, secret, bearer: { Authorization: `Bearer ${secret}` } };
}
