import type { ErrorCode } from '../../worker/protocol/errors.ts';

/** A way to the hub: text frames in order, both ways, until it closes. */
export interface Connection {
  /** Only after `opened`. */
  send(text: string): void;
  /** Lets go. Nothing is heard of this connection afterwards. */
  close(): void;
}

export interface ConnectionEvents {
  opened(): void;
  message(text: string): void;
  /** It has ended, or never opened. 1006 where there was no close frame; `reason` where the frame had one. */
  closed(code: number, reason?: string): void;
}

/** Begins to open a connection. None of the events comes before this returns. */
export type Dial = (events: ConnectionEvents) => Connection;

/** `POST …/sync` with this JSON as its body. Never rejects. */
export type Exchange = (body: string) => Promise<ExchangeAnswer>;

export type ExchangeAnswer =
  | { ok: true; body: unknown }
  /** Refused by the hub or whatever stands before it. `code` is null where no answer came at all. */
  | { ok: false; code: ErrorCode | null };
