/** What is sent. Two rows never send the same. */
export type Input =
  | {
      over: 'HTTP';
      method: string;
      path: string;
      headers: Record<string, string>;
      body?: string | Uint8Array;
    }
  | { over: 'handshake'; path: string; headers: Record<string, string> }
  /** Frames after a hello, or instead of one. */
  | { over: 'socket'; frames: readonly (string | Uint8Array)[]; greets: boolean; as: string };

/** An input that is refused. */
export interface Refused {
  /** What is wrong with it. */
  what: string;
  /** Where it is put. */
  how: string;
  input: Input;
  /** The code of the problem or notice, the close code, the code of the outcome, or what is wrong with the row. */
  with: string;
}

export interface Family {
  name: string;
  rows: Refused[];
}

/** Tells two inputs apart by all that is sent. */
export function keyOf({ input }: Refused): string {
  return JSON.stringify(input, (_, value) =>
    value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString('base64')}` : value,
  );
}

export const JSON_TYPE = { 'Content-Type': 'application/json' };

/** An input over HTTP. */
export function overHttp(
  what: string,
  code: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Uint8Array,
): Refused {
  const input = { over: 'HTTP', method, path, headers, ...(body !== undefined && { body }) } as const;
  return { what, how: `${method} ${path}`, with: code, input };
}

/** For inputs that are said to be JSON, and come from `usual` where nobody else is named. */
export function jsonFrom(usual: Record<string, string>) {
  return (
    what: string,
    code: string,
    method: string,
    path: string,
    body: string | Uint8Array,
    who = usual,
  ): Refused => overHttp(what, code, method, path, { ...who, ...JSON_TYPE }, body);
}
