import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Me } from '../../worker/protocol/api.ts';
import type { LoginBody } from '../../worker/protocol/bodies.ts';
import { ROLES } from '../../worker/protocol/site.ts';
import type { Api, Reply } from './api.ts';
import { type Memory, recall } from './memory.ts';
import { oneOf } from './route.ts';

/** Who was signed in here last, and what of theirs has not been sent: it waits for them. */
export interface LeftBehind {
  name: string;
  unsent: number;
}

export type SessionState =
  /** Nobody is known on this device and the hub has not answered yet. */
  { state: 'starting' } | { state: 'signed-in'; me: Me } | { state: 'signed-out'; left: LeftBehind | null };

const REMEMBERED = 'me';
const LEFT_BEHIND = 'left';
/** Under this name the device remembers that nobody but itself says who this is. */
export const HELD = 'held';
/** Under this name it remembers that somebody has signed out, until the hub has heard of it. */
const LEAVING = 'leaving';

/** Who the person is: from the device's memory at once, so that the board starts without a network. */
export class Session {
  readonly state: ReadonlySignal<SessionState>;
  /**
   * Somebody has shown this device their PIN, and the hub has not heard of it. What it would be asked now it would be
   * asked as somebody else: nothing is.
   */
  readonly held: Signal<boolean>;
  /** Who has signed out here last has not been signed out everywhere: their session stands. */
  readonly stands: ReadonlySignal<boolean>;
  readonly #stands = signal(false);
  readonly #state: Signal<SessionState>;
  readonly #api: Pick<Api, 'me' | 'login' | 'logout'>;
  readonly #memory: Memory;

  constructor(api: Pick<Api, 'me' | 'login' | 'logout'>, memory: Memory) {
    this.#api = api;
    this.#memory = memory;
    const me = remembered(memory);
    this.#state = signal(me ? { state: 'signed-in', me } : { state: 'starting' });
    this.state = this.#state;
    this.stands = this.#stands;
    if (!me) memory.remove(HELD);
    this.held = signal(memory.get(HELD) !== null);
  }

  /**
   * Asks the hub who this is. Without an answer, what the device knows stays.
   * @param isNew they have just signed in: whoever has left before is gone
   */
  async refresh(isNew = false): Promise<void> {
    if (this.held.value) return;
    if (isNew) this.#memory.remove(LEAVING);
    const before = this.#state.value;
    const hasLeft = this.#memory.get(LEAVING) === null || (await this.#end());
    const reply = hasLeft && (await this.#api.me());
    // Who has come or gone meanwhile is not who was asked about.
    if (this.held.value || this.#state.value !== before) return;
    if (!reply) this.#leave();
    else if (reply.ok) this.enter(reply.value);
    else if (reply.code === 'unauthenticated') this.expired(0);
    else if (before.state === 'starting') this.#leave();
  }

  async signIn(body: LoginBody): Promise<Reply<Me>> {
    const reply = await this.#api.login(body);
    if (reply.ok) this.enter(reply.value);
    return reply;
  }

  /** The hub does not know this session any more. What was not sent stays on the device. */
  expired(unsent: number): void {
    const { value } = this.#state;
    this.#leave(value.state === 'signed-in' ? { name: value.me.person.name, unsent } : undefined);
  }

  /** Another tab of this browser may have heard otherwise since. */
  reread(): void {
    const me = remembered(this.#memory);
    if (me) this.enter(me, this.#memory.get(HELD) !== null);
  }

  /** Ends the session here whether the hub hears of it or not. What was not sent stays on the device. */
  async signOut(unsent: number): Promise<void> {
    this.expired(unsent);
    this.#memory.set(LEAVING, '');
    await this.#end();
  }

  /** False where the hub has not heard of it: whose cookie this browser still has is asked to leave again. */
  async #end(): Promise<boolean> {
    const reply = await this.#api.logout();
    const isOver = reply.ok || reply.code === 'unauthenticated';
    if (isOver) this.#memory.remove(LEAVING);
    if (this.#state.value.state !== 'signed-in') this.#stands.value = !isOver;
    return isOver;
  }

  /** @param held the hub has not said so */
  enter(me: Me, held = false): void {
    this.#memory.set(REMEMBERED, JSON.stringify(me));
    this.#memory.remove(LEFT_BEHIND);
    this.#memory.remove(LEAVING);
    if (held) this.#memory.set(HELD, '');
    else this.#memory.remove(HELD);
    batch(() => {
      this.held.value = held;
      this.#stands.value = false;
      const { value } = this.#state;
      // The same answer again must not open the site anew.
      if (value.state === 'signed-in' && JSON.stringify(value.me) === JSON.stringify(me)) return;
      this.#state.value = { state: 'signed-in', me };
    });
  }

  #leave(left = this.#left()): void {
    this.#memory.remove(REMEMBERED);
    this.#memory.remove(HELD);
    if (left) this.#memory.set(LEFT_BEHIND, JSON.stringify(left));
    batch(() => {
      this.held.value = false;
      this.#state.value = { state: 'signed-out', left };
    });
  }

  #left(): LeftBehind | null {
    const left = recall(this.#memory, LEFT_BEHIND);
    return isRecord(left) && typeof left.name === 'string' && typeof left.unsent === 'number'
      ? { name: left.name, unsent: left.unsent }
      : null;
  }
}

/** What versions before this one have remembered says nothing of devices: there were none. */
function remembered(memory: Memory): Me | null {
  const stored = recall(memory, REMEMBERED);
  if (!isRecord(stored)) return null;
  const { kind = 'person', person, sites, device = null } = stored;
  const me = { kind, person, sites, device };
  return isMe(me) ? me : null;
}

/** True for what `GET /api/me` answers. */
export function isMe(value: unknown): value is Me {
  if (!isRecord(value)) return false;
  const { kind, person, sites, device } = value;
  return (
    oneOf(KINDS, kind) !== undefined &&
    isNamed(person) &&
    (device === null || (isNamed(device) && typeof device.shared === 'boolean')) &&
    Array.isArray(sites) &&
    sites.every((site) => isNamed(site) && oneOf(ROLES, site.role))
  );
}

const KINDS = ['person', 'device', 'wall'] as const;

function isNamed(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && typeof value.id === 'string' && typeof value.name === 'string';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
