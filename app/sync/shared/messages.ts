import type { Car } from '../../../worker/protocol/car.ts';
import type { Edit, Intent } from '../../../worker/protocol/edit.ts';
import type { OpenSiteClient } from '../site-client.ts';
import type { StoreErrorKind } from '../store.ts';
import type { Attention, Decision, OwnChange, Pending, View } from '../view.ts';
import type { ViewChange } from './view-change.ts';

/**
 * What tabs of one device say to each other. All of them run an app that knows this format: another one has a channel
 * of another name.
 */
export type Message = FromFollower | FromLeader;

/** `from` is the tab's own id. */
export type FromFollower =
  /** Has no view, or one with a gap in it. */
  | { type: 'join'; from: string; tab: Tab }
  /** Is there, and asks whether the leader is. */
  | { type: 'ask'; from: string; tab: Tab }
  /** To be done once, however often it is asked for under one `id`. */
  | { type: 'do'; from: string; id: string; request: Request }
  | { type: 'leave'; from: string };

/** `leader` is an id of this time of leading: with the next one messages are counted anew. */
export type FromLeader =
  /** Is there. `isReady`: and can be joined. */
  | { type: 'here'; leader: string; isReady: boolean }
  | { type: 'view'; leader: string; to: string; number: number; view: Omit<View, 'cars'>; cars: Car[] }
  /** What has changed since the message numbered one less. */
  | { type: 'change'; leader: string; number: number; change: ViewChange }
  | { type: 'answer'; leader: string; to: string; id: string; answer: Answer }
  | { type: 'answer'; leader: string; to: string; id: string; error: StoreErrorKind };

/** What the leader has to know of a tab. */
export interface Tab {
  isVisible: boolean;
  /** Id of the car that is open in it. */
  car: string | null;
}

/** What a person does; the id it goes under is that of the edit it makes, or the first of them. */
export type Request =
  | { do: 'edit'; intent: Intent }
  | { do: 'undo'; change: OwnChange }
  | { do: 'discard'; pending: Pending }
  | { do: 'settle'; items: readonly Attention[]; decision: Decision }
  | { do: 'sync' }
  | { do: 'saver'; on: boolean };

export interface Answer {
  /** The edit it has made, if it makes one. */
  edit: Edit | null;
  isDone: boolean;
}

/** Does it. Rejects with a `StoreError`, as the client does. */
export async function perform(client: OpenSiteClient, id: string, request: Request): Promise<Answer> {
  switch (request.do) {
    case 'edit':
      return done(await client.edit(request.intent, id));
    case 'undo':
      return done(await client.undo(request.change, id));
    case 'discard':
      await client.discard(request.pending, id);
      return done();
    case 'settle':
      await client.settle(request.items, request.decision, id);
      return done();
    case 'sync':
      return { edit: null, isDone: await client.syncNow() };
    case 'saver':
      client.saveData(request.on);
      return done();
    default:
      return request satisfies never;
  }
}

function done(edit: Edit | null = null): Answer {
  return { edit, isDone: true };
}
