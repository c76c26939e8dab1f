import type { Edit, Intent } from '../../../worker/protocol/edit.ts';
import { newId } from '../random.ts';
import type { Closed, Hint, OpenSiteClient } from '../site-client.ts';
import { StoreError, type StoreErrorKind } from '../store.ts';
import type { Attention, Decision, OwnChange, Pending, SiteClient, View } from '../view.ts';
import type { Desk } from './desk.ts';
import type { Follower } from './follower.ts';
import { type Answer, type FromFollower, type Message, perform, type Request, type Tab } from './messages.ts';
import type { Channel, SharedPorts } from './ports.ts';

/** The client of a tab, and what only the one who opened it needs. */
export interface SharedClient extends SiteClient {
  /** What the page knows of its network and of who looks at it. */
  hint(hint: Exclude<Hint, 'tick'>): void;
}

export interface SharedOptions {
  isVisible: boolean;
  /** The tab has let go, or its store does not work. */
  closed?: () => void;
}

/**
 * Opens the site in a tab. Of all tabs of a device one has the lock: it leads, runs the real client and owns the store
 * (rule O3). The others follow: they show its view and ask it to do what their person does. Which of them a tab is
 * changes as tabs come and go, and shows nowhere. Rejects with a `StoreError`.
 */
export async function openSharedClient(ports: SharedPorts, options: SharedOptions): Promise<SharedClient> {
  const shared = new Shared(ports, options);
  await shared.open();
  return shared;
}

interface Leading {
  is: 'leading';
  /** Id of this time of leading. */
  leader: string;
  /** Null until the store has been read. */
  client: OpenSiteClient | null;
  /** Null until another tab has been heard of. */
  desk: Desk | null;
  isAsked: boolean;
  leave: () => void;
}

type Role =
  /** For the lock, or for what a follower needs. */
  | { is: 'waiting' }
  | Leading
  | { is: 'following'; follower: Follower }
  /** The store does not work, or the tab has let go. */
  | { is: 'over'; why: StoreErrorKind };

/** What a person has done here and nobody has answered yet. A leader that dies leaves it to the next. */
interface Open {
  request: Request;
  resolve(answer: Answer): void;
  reject(error: StoreError): void;
}

class Shared implements SharedClient {
  readonly #ports: SharedPorts;
  readonly #id: string;
  readonly #channel: Channel;
  readonly #open = new Map<string, Open>();
  readonly #listeners = new Set<(view: View) => void>();
  readonly #closedHere: () => void;
  #tab: Tab;
  #role: Role = { is: 'waiting' };
  /** Gives up the lock, or the place in the queue for it. */
  #giveUp = (): void => {};
  /** What was shown last; null until there is something. */
  #shown: View | null = null;
  #begun: { done(): void; failed(error: unknown): void } | null = null;

  constructor(ports: SharedPorts, { isVisible, closed = () => {} }: SharedOptions) {
    this.#closedHere = closed;
    this.#ports = ports;
    this.#id = newId(ports.random);
    this.#tab = { isVisible, car: null };
    this.#channel = ports.openChannel((message) => this.#heard(message));
  }

  open(): Promise<void> {
    return new Promise((done, failed) => {
      this.#begun = { done, failed };
      this.#request('if-free');
    });
  }

  get view(): View {
    const view = this.#client?.view ?? this.#shown;
    if (!view) throw new Error('the site is not open yet');
    return view;
  }

  subscribe(listener: (view: View) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async edit(intent: Intent): Promise<Edit> {
    const { edit } = await this.#ask({ do: 'edit', intent });
    if (!edit) throw new StoreError('failed');
    return edit;
  }

  async undo(change: OwnChange): Promise<Edit | null> {
    return (await this.#ask({ do: 'undo', change })).edit;
  }

  async settle(items: readonly Attention[], decision: Decision): Promise<void> {
    await this.#ask({ do: 'settle', items, decision });
  }

  async discard(pending: Pending): Promise<void> {
    await this.#ask({ do: 'discard', pending });
  }

  syncNow(): Promise<boolean> {
    return this.#ask({ do: 'sync' }).then(
      ({ isDone }) => isDone,
      () => false,
    );
  }

  saveData(on: boolean): void {
    this.#ask({ do: 'saver', on }).catch(() => {
      // Nobody leads any more who could.
    });
  }

  where(car: string | null): void {
    this.#tab = { ...this.#tab, car };
    this.#tell((client) => client.where(car));
  }

  hint(hint: Exclude<Hint, 'tick'>): void {
    if (hint === 'online') {
      this.#client?.hint(hint);
      return;
    }
    this.#tab = { ...this.#tab, isVisible: hint === 'visible' };
    this.#tell((client) => client.hint(hint));
  }

  async stop(): Promise<void> {
    // First it keeps what it has been asked for: who asked hears that it is kept, or is left with nothing of it.
    await this.#client?.stop();
    this.#leave('closed');
    this.#giveUp();
    this.#channel.close();
  }

  get #client(): OpenSiteClient | null {
    return this.#role.is === 'leading' ? this.#role.client : null;
  }

  #request(how: 'if-free' | 'queue' | 'steal'): void {
    this.#giveUp = this.#ports.lock.request(how, {
      held: () => void this.#lead(),
      refused: () => void this.#follow(true),
      lost: () => this.#stepDown(),
    });
  }

  async #lead(): Promise<void> {
    this.#leaveFollower();
    const { random, openLeader } = this.#ports;
    const role: Leading = {
      is: 'leading',
      leader: newId(random),
      client: null,
      desk: null,
      isAsked: false,
      leave: () => {},
    };
    this.#role = role;
    // Before the store is read, which may take a while: nobody has to wonder.
    this.#sayHere(role);
    let client: OpenSiteClient;
    try {
      client = await openLeader((why) => this.#closed(role, why));
    } catch (error) {
      if (this.#role === role) this.#failed(error);
      return;
    }
    if (this.#role !== role) {
      await client.stop();
      return;
    }
    role.client = client;
    role.leave = client.subscribe((view) => this.#show(view));
    if (!this.#tab.isVisible) client.hint('hidden');
    if (this.#tab.car !== null) client.where(this.#tab.car);
    this.#show(client.view);
    for (const [id, { request }] of this.#open) void this.#perform(client, id, request);
    if (role.isAsked) await this.#openDesk(role);
  }

  /** @param mayForce false where the lock has just been taken from this tab */
  async #follow(mayForce: boolean): Promise<void> {
    const waiting: Role = { is: 'waiting' };
    this.#role = waiting;
    this.#request('queue');
    const { loadParts, clock } = this.#ports;
    try {
      const { Follower } = await loadParts();
      if (this.#role !== waiting) return;
      const ports = {
        channel: this.#channel,
        clock,
        id: this.#id,
        tab: () => this.#tab,
        isOwed: () => this.#open.size > 0,
        mayForce,
      };
      const follower = new Follower(ports, {
        changed: (view) => this.#show(view),
        joined: () => {
          for (const [id, { request }] of this.#open) follower.request(id, request);
        },
        answered: (id, answer) => this.#answered(id, answer),
        silent: () => {
          this.#giveUp();
          this.#request('steal');
        },
      });
      this.#role = { is: 'following', follower };
      if (this.#open.size > 0) follower.told();
    } catch (error) {
      // Without a network, before the app has been kept: it waits for the lock all the same.
      this.#begun?.failed(error);
    }
  }

  /** Another has the lock now, or the store. */
  #stepDown(): void {
    const role = this.#role;
    if (role.is !== 'leading') return;
    this.#shown = role.client?.view ?? this.#shown;
    role.leave();
    role.desk?.close();
    void role.client?.stop();
    this.#giveUp();
    void this.#follow(false);
  }

  #closed(role: Leading, why: Closed): void {
    if (this.#role !== role || why === 'stopped') return;
    if (why === 'taken') this.#stepDown();
    else this.#failed(new StoreError(why));
  }

  /** The store does not work here. Another tab may try: it has the lock next. */
  #failed(error: unknown): void {
    const kind = error instanceof StoreError ? error.kind : 'failed';
    const health = { state: 'stopped', reason: kind === 'newer' ? 'newer' : 'store-failed' } as const;
    const view = this.#client?.view ?? this.#shown;
    this.#leave(kind);
    this.#giveUp();
    if (view) this.#show({ ...view, health });
    this.#begun?.failed(error);
  }

  /** Does nothing from here on. */
  #leave(why: StoreErrorKind): void {
    const role = this.#role;
    if (role.is === 'leading') {
      this.#shown = role.client?.view ?? this.#shown;
      role.leave();
      role.desk?.close();
    }
    this.#leaveFollower();
    this.#role = { is: 'over', why };
    for (const [id] of this.#open) this.#answered(id, why);
    this.#closedHere();
  }

  #leaveFollower(): void {
    if (this.#role.is === 'following') this.#role.follower.leave();
  }

  #ask(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const id = newId(this.#ports.random);
      this.#open.set(id, { request, resolve, reject });
      const role = this.#role;
      if (role.is === 'over') this.#answered(id, role.why);
      else if (role.is === 'following') role.follower.request(id, request);
      else if (role.is === 'leading' && role.client) void this.#perform(role.client, id, request);
    });
  }

  async #perform(client: OpenSiteClient, id: string, request: Request): Promise<void> {
    try {
      this.#answered(id, await perform(client, id, request));
    } catch (error) {
      const kind = error instanceof StoreError ? error.kind : 'failed';
      // The store is not this tab's any more: whoever leads next is asked.
      if (kind !== 'taken' && kind !== 'closed') this.#answered(id, kind);
    }
  }

  #answered(id: string, answer: Answer | StoreErrorKind): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    if (typeof answer === 'string') open?.reject(new StoreError(answer));
    else open?.resolve(answer);
  }

  #tell(use: (client: OpenSiteClient) => void): void {
    const role = this.#role;
    if (role.is === 'following') role.follower.told();
    else if (role.is !== 'leading') return;
    else if (role.desk) role.desk.tell(this.#id, this.#tab);
    else if (role.client) use(role.client);
  }

  #show(view: View): void {
    this.#shown = view;
    this.#begun?.done();
    this.#begun = null;
    for (const listener of [...this.#listeners]) listener(view);
  }

  #heard(message: Message): void {
    const role = this.#role;
    if ('leader' in message) {
      if (role.is === 'following') role.follower.take(message);
    } else if (role.is === 'leading') this.#atDesk(role, message);
  }

  #atDesk(role: Leading, message: FromFollower): void {
    // A view says as much.
    if (!role.desk || message.type !== 'join') this.#sayHere(role);
    if (role.desk) role.desk.take(message);
    else void this.#openDesk(role);
  }

  async #openDesk(role: Leading): Promise<void> {
    role.isAsked = true;
    const { client, leader } = role;
    if (!client) return;
    const { clock, loadParts } = this.#ports;
    const parts = await loadParts().catch(() => null);
    if (!parts || this.#role !== role || role.desk) return;
    const ports = { channel: this.#channel, clock, client, leader };
    role.desk = new parts.Desk(ports, { id: this.#id, tab: this.#tab });
    this.#sayHere(role);
  }

  #sayHere({ leader, desk }: Leading): void {
    this.#channel.post({ type: 'here', leader, isReady: desk !== null });
  }
}
