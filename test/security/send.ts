import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { handshake } from '../routes/http.ts';
import { openSocket } from '../support/socket.ts';
import type { Input } from './row.ts';

/** What came of an input: how it was refused, and all that was said to it. */
export interface Heard {
  with: string;
  text: string;
}

/** Sends it to a hub as it is, and gives the first word of refusal. */
export async function send(origin: string, site: string, input: Input): Promise<Heard> {
  switch (input.over) {
    case 'HTTP':
      return request(origin, input);
    case 'handshake': {
      const status = await handshake(origin + input.path, input.headers);
      return { with: String(status), text: '' };
    }
    case 'socket':
      return talk(origin, site, input);
    default:
      return input satisfies never;
  }
}

async function request(origin: string, input: Input & { over: 'HTTP' }): Promise<Heard> {
  const { status, headers, said } = await answered(new URL(origin + input.path), input);
  const text = `${status} ${JSON.stringify(headers)} ${said}`;
  if (headers['content-type'] === 'application/problem+json') {
    const problem: { code: string; status: number } = JSON.parse(said);
    return { with: problem.status === status ? problem.code : `${status} ${said}`, text };
  }
  if (status === 200 && input.path.includes('/cars/import')) {
    // A roster is answered row by row.
    const { bad, version } = JSON.parse(said) as { bad: { reason: string }[]; version: number | null };
    return { with: version === null ? (bad[0]?.reason ?? 'taken') : 'taken', text };
  }
  return { with: `${status}`, text };
}

interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  said: string;
}

/** On a connection of its own: one whose body was not read to its end is closed, and is no good for the next. */
function answered(url: URL, { method, headers, body }: Input & { over: 'HTTP' }): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false });
    let isAnswered = false;
    request.on('response', (response) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          said: Buffer.concat(chunks).toString(),
        });
        request.destroy();
      });
      response.on('error', reject);
    });
    // The answer can come before the body has been sent, and end the connection.
    request.on('error', (error) => isAnswered || reject(error));
    request.end(body);
  });
}

/** Whoever is not answered by then is not going to be. */
const SILENCE_MS = 10_000;
let made = 0;

/** The first frame or close that is no welcome: notices, outcomes, or the end. */
async function talk(origin: string, site: string, input: Input & { over: 'socket' }): Promise<Heard> {
  const socket = await openSocket(`${origin}/api/sites/${site}/live`, { Cookie: input.as, Origin: origin });
  const texts: string[] = [];
  try {
    const answer = new Promise<string>((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        texts.push(String(data));
        const code = refusalIn(JSON.parse(String(data)));
        if (code !== null) resolve(code);
      });
      socket.addEventListener('close', ({ code, reason }) => {
        texts.push(reason);
        resolve(String(code));
      });
      setTimeout(() => resolve('no answer'), SILENCE_MS);
    });
    if (input.greets) {
      const device = `device-refused-${made++}`;
      socket.send(JSON.stringify({ type: 'hello', protocol: 2, device, epoch: null, version: 0 }));
    }
    for (const frame of input.frames) socket.send(typeof frame === 'string' ? frame : Uint8Array.from(frame));
    return {
      with: await answer,
      text: texts.filter((text) => !text.startsWith('{"type":"welcome"')).join('\n'),
    };
  } finally {
    socket.close();
  }
}

interface Frame {
  type?: string;
  notice?: string;
  code?: string;
  outcomes?: { outcome: string; code?: string }[];
}

function refusalIn({ type, notice, code, outcomes }: Frame): string | null {
  if (type === 'notice' && notice === 'refused') return code ?? '';
  const [outcome] = outcomes ?? [];
  return type === 'outcomes' && outcome ? (outcome.code ?? outcome.outcome) : null;
}
