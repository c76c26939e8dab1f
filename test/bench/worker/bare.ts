import { DurableObject } from 'cloudflare:workers';
import type { BareChange, BareDown, BareKind, BareUp } from '../bare-protocol.ts';

interface Env {
  BARE: DurableObjectNamespace<Bare>;
}

/** `/<kind>/live` opens a socket; `/<kind>/rows?n=` makes that many rows to join to. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const kind = new URL(request.url).pathname.split('/')[1] ?? '';
    return env.BARE.getByName(kind).fetch(request);
  },
} satisfies ExportedHandler<Env>;

/**
 * The yardstick: what a Durable Object costs that passes messages on and knows nothing of them. No session, no
 * check, no conflict, no resend, no history. It answers the sender first and tells the others in the next turn,
 * everything that has come until then in one frame.
 */
export class Bare extends DurableObject<Env> {
  readonly #sockets: Set<WebSocket>;
  readonly #kind: BareKind;
  #rows: unknown[] = [];
  /** The memory kind's log. */
  readonly #missed: BareChange[] = [];
  #version = 0;
  #batch: BareChange[] = [];
  /** Who sent the batch, while it is one socket alone. */
  #sender: WebSocket | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#kind = ctx.id.name === 'memory' ? 'memory' : 'durable';
    this.#sockets = new Set(ctx.getWebSockets());
    if (this.#kind === 'durable') {
      ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS message (n INTEGER PRIMARY KEY, text TEXT NOT NULL)');
      this.#version = ctx.storage.sql
        .exec<{ n: number }>('SELECT coalesce(max(n), 0) AS n FROM message')
        .one().n;
    }
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.endsWith('/rows')) {
      this.#rows = Array.from({ length: Number(searchParams.get('n')) }, (_, i) => rowOf(i));
      return new Response();
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    this.#sockets.add(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, text: string | ArrayBuffer): void {
    const message: BareUp = JSON.parse(String(text));
    if ('hello' in message) {
      say(socket, {
        at: this.#version,
        rows: message.hello === null ? this.#rows : this.#since(message.hello),
      });
      return;
    }
    for (const change of message.cars) this.#keep(++this.#version, change);
    say(socket, { ok: this.#version, taken: message.cars.length });
    if (this.#batch.length === 0) {
      this.#sender = socket;
      void this.ctx.storage.sync().then(() => this.#tellOthers());
    } else if (this.#sender !== socket) this.#sender = null;
    this.#batch.push(...message.cars);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#sockets.delete(socket);
    socket.close(1000);
  }

  override webSocketError(socket: WebSocket): void {
    this.#sockets.delete(socket);
  }

  #tellOthers(): void {
    const text = JSON.stringify({ to: this.#version, cars: this.#batch } satisfies BareDown);
    for (const socket of this.#sockets) if (socket !== this.#sender) socket.send(text);
    this.#batch = [];
  }

  #keep(n: number, change: BareChange): void {
    if (this.#kind === 'memory') this.#missed[n] = change;
    else this.ctx.storage.sql.exec('INSERT INTO message VALUES (?, ?)', n, JSON.stringify(change));
  }

  #since(n: number): unknown[] {
    if (this.#kind === 'memory') return this.#missed.slice(n + 1);
    const rows = this.ctx.storage.sql.exec<{ n: number; text: string }>(
      'SELECT * FROM message WHERE n > ?',
      n,
    );
    return [...rows].map((row) => ({ n: row.n, ...JSON.parse(row.text) }));
  }
}

/** A car as short as plain rows make it. */
function rowOf(i: number): unknown {
  return { id: String(100_000 + i), location: '100', arrived: 1, late: 0, empty: 0, v: i };
}

function say(socket: WebSocket, message: BareDown): void {
  socket.send(JSON.stringify(message));
}
