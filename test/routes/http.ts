import { request as httpRequest } from 'node:http';
import type { Problem } from '../../worker/protocol/errors.ts';

/** The status of a WebSocket handshake with just these headers beside its own. */
export function handshake(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        ...headers,
      },
    });
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end();
  });
}

/** The status of a POST whose body comes in pieces, without a length; it stops once it is answered. */
export function postInPieces(
  url: string,
  headers: Record<string, string>,
  piece: string,
  pieces: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', headers });
    let status: number | undefined;
    request.on('response', (response) => {
      status = response.statusCode ?? 0;
      resolve(status);
      request.destroy();
    });
    // The answer can come before the body has been sent, and end the connection.
    request.on('error', (error) => status === undefined && reject(error));
    let sent = 0;
    const send = (): void => {
      while (sent < pieces) {
        sent++;
        if (!request.write(piece)) return void request.once('drain', send);
      }
      request.end();
    };
    send();
  });
}

/** The problem document of a refused request; throws where it is none. */
export async function problemIn(response: Response): Promise<Problem> {
  if (response.headers.get('content-type') !== 'application/problem+json') {
    throw new Error(`${response.status} ${response.headers.get('content-type')}: ${await response.text()}`);
  }
  const problem: Problem = await response.json();
  if (problem.status !== response.status)
    throw new Error(`${problem.status} in the body of ${response.status}`);
  return problem;
}
