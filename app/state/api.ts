import type { Fleet, History, Me, RollCall, Verification } from '../../worker/protocol/api.ts';
import type { LoginBody } from '../../worker/protocol/bodies.ts';
import type { ErrorCode } from '../../worker/protocol/errors.ts';

/** `offline`: no answer came, or none of the hub's. */
export type ApiError = ErrorCode | 'offline';

export type Reply<T> =
  | { ok: true; value: T }
  | {
      ok: false;
      code: ApiError;
      /** The first value at fault, as a path: `admin.password`. */
      field?: string;
      /** What of it: the name of a location, say. */
      detail?: string;
      /** When to ask again, where the hub says so. */
      retryAfterSeconds?: number;
    };

export interface HistoryFilter {
  car?: string;
  person?: string;
  /** Only versions below this one. */
  before?: number;
  limit?: number;
}

/** Where a page of a verification goes on. */
export interface VerifyPlace {
  before: number;
  expect: string;
}

/** Tells an answer of the hub's from one of something in between. */
export type Guard<T> = (value: unknown) => value is T;

/** What goes over HTTP and not through the live connection. */
export interface Api {
  /** Any request, for what is asked on a screen of its own. `isRight` tells an answer of the hub's from a proxy's. */
  ask<T>(path: string, init: RequestInit, isRight: (value: unknown) => value is T): Promise<Reply<T>>;
  me(): Promise<Reply<Me>>;
  login(body: LoginBody): Promise<Reply<Me>>;
  logout(): Promise<Reply<null>>;
  history(site: string, filter: HistoryFilter): Promise<Reply<History>>;
  /** A page of the archive's verdict: the first where `next` is null, else the one it stands for. */
  verifyHistory(site: string, next: VerifyPlace | null): Promise<Reply<Verification>>;
  /** The devices of a site; for leads. */
  fleet(site: string): Promise<Reply<Fleet>>;
  /** Asks every device where it is; for leads. */
  rollCall(site: string): Promise<Reply<RollCall>>;
  /** Where the board can be downloaded as CSV. */
  exportPath(site: string): string;
}
