import {
  batch,
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
  untracked,
} from '@preact/signals';
import type { Me, PinSignedIn } from '../../worker/protocol/api.ts';
import type { LoginBody } from '../../worker/protocol/bodies.ts';
import type { Vault } from '../sync/vault/vault.ts';
import type { Api, Reply } from './api.ts';
import type { AppState } from './app-state.ts';
import { Drafts } from './drafts.ts';
import { type Face, inOrder, knownPeople, learnPeople, noteUse, usesOf } from './faces.ts';
import { IdleWatch } from './idle-watch.ts';
import { nextStep, type Step } from './left-behind.ts';
import { lockDevice } from './lock-device.ts';
import { NOTED_MS, OPENED, openedFor, openedWord } from './opened.ts';
import { devicePeople, signInByGrant, signInByPin } from './pin-api.ts';
import type { Asked, SiteState } from './site-state.ts';

export interface KioskPorts {
  /** Answers within seconds or not at all: somebody stands there. It asks though the hub has not heard who this is. */
  api: Pick<Api, 'ask' | 'me' | 'login' | 'logout'>;
  vault: Pick<Vault, 'people' | 'held' | 'keep' | 'open' | 'grantOf' | 'letGo' | 'forget' | 'clear'>;
  /** One thing at a time that changes who is signed in, of all tabs of this browser. */
  inTurn<T>(run: () => Promise<T>): Promise<T>;
}

/** Why a PIN has not let anybody in. */
export type Entry =
  | { ok: true }
  | { ok: false; code: (Reply<unknown> & { ok: false })['code']; waitSeconds: number | null }
  /** The hub is out of reach, and this device does not know them. */
  | { ok: false; code: 'unknown-here'; waitSeconds: null }
  /** The hub is out of reach, and only it can help after so many wrong ones. */
  | { ok: false; code: 'needs-hub'; waitSeconds: null };

/** What is answered where the hub, or what it asks, is out of reach. */
const UNREACHABLE: readonly string[] = ['offline', 'unavailable', 'internal'];
/** What else it may answer though nothing is wrong with what was asked. */
const LATER: readonly string[] = [...UNREACHABLE, 'too-many-requests', 'slow-down', 'pin-locked'];
/** An edit that is just being made has reached the store by then. */
const SOON_MS = 300;
const RETRY_MS = 10_000;
/** Nobody who types their PIN is to notice it. */
const SEND_FIRST_MS = 1_000;

/**
 * A device that is enrolled and shows the board while nobody is signed in. On one that is everybody's, people come and
 * go by their PIN: nothing but that, or a password, opens it, and a minute without anybody closes it.
 */
export class Kiosk {
  readonly faces: Signal<readonly Face[]> = signal([]);
  /** Seconds until it locks; null while there is time. */
  readonly left: ReadonlySignal<number | null>;
  readonly drafts: Drafts;
  /** It is everybody's: whoever leaves locks it. */
  readonly isShared: ReadonlySignal<boolean>;
  readonly #app: AppState;
  readonly #ports: KioskPorts;
  readonly #idle: IdleWatch;
  readonly #senders: Signal<ReadonlySet<string>> = signal(new Set());
  readonly #step: ReadonlySignal<Step | null>;
  /** What each has typed of a car's number. */
  readonly #typed = new Map<string, string>();
  #cancelStep = () => {};
  #isStepping = false;
  /** The device it was last. */
  #device: string | null = null;
  #notedAt = 0;
  #wasOpen = false;
  #cameBackAt = 0;

  constructor(app: AppState, ports: KioskPorts) {
    this.#app = app;
    this.#ports = ports;
    const { clock, memory, surroundings } = app.ports;
    this.drafts = new Drafts(memory);
    this.isShared = computed(() => {
      const me = this.#me;
      return app.opened.value !== null || (me?.kind !== 'wall' && me?.device?.shared === true);
    });
    this.#idle = new IdleWatch({
      clock,
      usedAt: () => Number.parseInt(memory.get(OPENED) ?? '', 10) || 0,
      idle: () => (app.locked.peek() ? this.reset() : this.lock()),
    });
    this.left = computed(() => (app.locked.value ? null : this.#idle.left.value));
    this.#step = computed(() => nextStep(this.#facts()));

    effect(() => this.#followDevice());
    effect(() => {
      const isOpen = !app.locked.value;
      if (isOpen && this.isShared.value) untracked(() => this.#opened());
      else if (!isOpen) untracked(() => this.#closed());
    });
    effect(() => {
      if (app.asking.value !== null) untracked(() => void this.look());
    });
    const isOut = computed(() => app.session.state.value.state === 'signed-out');
    effect(() => {
      if (isOut.value && surroundings.online.value) untracked(() => this.#comeBackSoon());
    });
    effect(() => {
      const step = this.#step.value;
      // A network that has come back is a reason to try again.
      const delayMs = surroundings.online.value ? SOON_MS : RETRY_MS;
      untracked(() => (step ? this.#stepAfter(delayMs) : this.#cancelStep()));
    });
    void this.#countSenders();
  }

  /** Who has opened it, and null while it is locked. */
  get person(): Me['person'] | null {
    return this.#app.locked.value ? null : (this.#me?.person ?? null);
  }

  /** Closes it at once. What is unsent is sent, and the session ends after that. */
  lock(): void {
    lockDevice(this.#app);
  }

  /** Asks who is here. */
  ask(): void {
    this.#app.asking.value ??= {};
  }

  /** Whoever was asked does not say it: what they wanted is not done by the next who comes. */
  cancel(): void {
    this.#app.asking.value = null;
  }

  /** Nobody is here any more, and nobody has said who it was. */
  reset(): void {
    this.cancel();
    this.drafts.dropUnsigned();
    this.#clear();
  }

  /** Somebody touches the device. */
  touch(): void {
    if (!this.isShared.peek() || !this.#idle.touch()) return;
    const { ports, opened, locked } = this.#app;
    const now = ports.clock.now();
    if (locked.peek() || (now - this.#notedAt < NOTED_MS && now >= this.#notedAt)) return;
    this.reread();
    const person = opened.peek();
    if (locked.peek() || !person) return;
    this.#notedAt = now;
    ports.memory.set(OPENED, openedWord(person, now));
  }

  /** Another tab may have locked or opened it. */
  reread(): void {
    const { ports, opened, session } = this.#app;
    const word = openedFor(ports.memory.get(OPENED), ports.clock.now());
    batch(() => {
      opened.value = word;
      session.reread();
    });
  }

  /** Brings the faces up to date. */
  async look(): Promise<void> {
    const { memory, clock } = this.#app.ports;
    const id = this.#me?.device?.id ?? this.#device;
    const show = async (isReachable: boolean) => {
      const here = id === null || isReachable ? null : await this.#ports.vault.people(id).catch(() => null);
      this.faces.value = inOrder(
        knownPeople(memory),
        usesOf(memory),
        clock.now(),
        (person) => isReachable || here?.has(person) === true,
      );
    };
    await show(this.#app.ports.surroundings.online.peek());
    const reply = await devicePeople(this.#ports.api);
    if (reply.ok) learnPeople(memory, reply.value);
    await show(reply.ok);
  }

  /** Somebody shows their PIN, and a new one where theirs has to be changed. What they had wanted is done under their name. */
  enter(person: string, pin: string, newPin?: string): Promise<Entry> {
    return this.#ports.inTurn(async () => {
      await this.#sendFirst();
      const body = { person, pin, ...(newPin !== undefined && { newPin }) };
      const reply = await signInByPin(this.#ports.api, body);
      if (reply.ok) {
        this.#open(meOf(reply.value), false);
        this.#keep(reply.value, newPin ?? pin);
        return { ok: true };
      }
      if (UNREACHABLE.includes(reply.code)) return this.#enterAlone(person, pin);
      return { ok: false, code: reply.code, waitSeconds: reply.retryAfterSeconds ?? null };
    });
  }

  /** The same for who has a password. */
  signIn(body: LoginBody): Promise<Reply<Me>> {
    return this.#ports.inTurn(async () => {
      const reply = await this.#ports.api.login(body);
      if (reply.ok) this.#open(reply.value, false);
      return reply;
    });
  }

  /** What the hub has given for later with a PIN that somebody has just chosen. */
  keepChanged(pin: string, grant: string): void {
    const me = this.#me;
    if (me) this.#keep({ ...me, grant }, pin);
  }

  get #me(): Me | null {
    const { value } = this.#app.session.state;
    return value.state === 'signed-in' ? value.me : null;
  }

  /** What who was here before has just done goes out under their session, if it goes at once: after that it has to wait. */
  async #sendFirst(): Promise<void> {
    const site = this.#app.site.peek();
    const { health, pending } = site?.view.peek() ?? {};
    if (!site || health?.state !== 'live' || !pending?.length) return;
    const { clock } = this.#app.ports;
    await Promise.race([
      site.syncNow(),
      new Promise<void>((resolve) => void clock.after(SEND_FIRST_MS, resolve)),
    ]);
  }

  async #enterAlone(person: string, pin: string): Promise<Entry> {
    const device = this.#me?.device?.id ?? this.#device ?? '';
    const opened = await this.#ports.vault.open(person, device, pin, this.#app.ports.clock.now());
    if (opened.ok) {
      await this.#countSenders();
      this.#open(opened.me, true);
      return { ok: true };
    }
    if (opened.why === 'unknown') return { ok: false, code: 'unknown-here', waitSeconds: null };
    if (opened.waitMs === null) return { ok: false, code: 'needs-hub', waitSeconds: null };
    const waitSeconds = opened.waitMs > 0 ? Math.ceil(opened.waitMs / 1_000) : null;
    return { ok: false, code: opened.why === 'wrong' ? 'wrong-pin' : 'pin-locked', waitSeconds };
  }

  /** Whoever has shown who they are is here, unless nobody is asked any more: they have gone, and stay signed in to no use. */
  #open(me: Me, held: boolean): void {
    const { session, asking, opened, ports } = this.#app;
    const { memory, clock } = ports;
    const { id } = me.person;
    const asked = asking.peek();
    const isAgain = this.#me?.person.id === id;
    batch(() => {
      if (asked !== null && me.device?.shared) {
        memory.set(OPENED, openedWord(id, clock.now()));
        opened.value = id;
        noteUse(memory, id, clock.now());
      }
      asking.value = null;
      session.enter(me, held);
    });
    // The hub is about to end the session that it was open under.
    if (isAgain && !held) this.#app.reopen();
    if (asked === null) return;
    this.drafts.sign(id);
    this.#whenOpenFor(id, (site) => this.#do(site, id, asked));
  }

  #do(site: SiteState, person: string, { intent, undo }: Asked): void {
    if (undo !== undefined) void site.undo(undo);
    else if (!intent) {
      for (const char of this.#typed.get(person) ?? '') site.keypad.tap(char);
    } else {
      // A role that may not is told so by the hub, as anywhere.
      if (intent.type === 'note') this.drafts.keep(person, intent.car, '');
      void site.do(intent);
    }
    this.#typed.delete(person);
  }

  /** Once the site is open for a person; never where the device has been locked before that. */
  #whenOpenFor(person: string, use: (site: SiteState) => void): void {
    let isDone = false;
    const stop = effect(() => {
      if (isDone) return;
      const site = this.#app.site.value;
      const isGone = this.#app.locked.value || this.#me?.person.id !== person;
      if (!isGone && site?.me?.id !== person) return;
      isDone = true;
      if (site && !isGone) untracked(() => use(site));
    });
    if (isDone) stop();
  }

  #keep(signedIn: PinSignedIn, pin: string): void {
    const me = meOf(signedIn);
    if (!me.device?.shared) return;
    // A device that cannot keep it needs the hub for every PIN.
    void this.#ports.vault
      .keep(me, pin, signedIn.grant)
      .catch(() => {})
      .then(() => this.#countSenders());
  }

  async #countSenders(): Promise<void> {
    const id = this.#me?.device?.id ?? this.#device;
    if (id === null) return;
    this.#senders.value = await this.#ports.vault.held(id).catch(() => new Set<string>());
  }

  /** Locked: what whoever was here had open is nobody else's to see. */
  #closed(): void {
    this.#idle.stop();
    const { site: open, opened, ports } = this.#app;
    // A clock that is put back must not open it again.
    if (opened.peek() === '') ports.memory.set(OPENED, '');
    const site = open.peek();
    if (site?.me && site.keypad.text.peek() !== '') this.#typed.set(site.me.id, site.keypad.text.peek());
    this.cancel();
    // One that starts locked shows what it is asked to show.
    if (this.#wasOpen) this.#clear();
    this.#wasOpen = false;
    void this.#countSenders();
  }

  #opened(): void {
    this.#wasOpen = true;
    this.#idle.start();
  }

  #clear(): void {
    const { site, router } = this.#app;
    const open = site.peek();
    open?.keypad.clear();
    for (const { id } of open?.toasts.shown.peek() ?? []) open?.toasts.dismiss(id);
    const route = router.route.peek();
    if (route.at !== 'site' || (route.screen === 'home' && !route.overlay && route.query.size === 0)) return;
    router.go({ ...route, screen: 'home', overlay: null, query: new URLSearchParams() }, 'replace');
  }

  /** Remembers that it is everybody's, so that it starts locked without a network. */
  #followDevice(): void {
    const me = this.#me;
    const { opened, ports } = this.#app;
    if (me?.device) this.#device = me.device.id;
    if (!me?.device?.shared || me.kind === 'wall' || opened.value !== null) return;
    untracked(() => {
      ports.memory.set(OPENED, '');
      opened.value = '';
    });
  }

  #facts() {
    const { locked, session, site, opening, asking } = this.#app;
    const me = this.#me;
    const open = site.value;
    const view = open?.view.value;
    const isMine = open?.me?.id === me?.person.id;
    const isSent = !view
      ? opening.value !== 'now'
      : isMine &&
        (view.health.state === 'stopped' || (view.health.state === 'live' && view.pending.length === 0));
    const waiting = isMine && view ? (view.waiting ?? []).map(({ author }) => author) : null;
    const held = [...this.#senders.value];
    const isDevice = me?.device != null || this.isShared.value;
    return {
      locked: locked.value && isDevice && me?.kind !== 'wall',
      held: session.held.value,
      isPerson: me?.kind === 'person',
      isSent,
      isAsking: asking.value !== null,
      senders: held.filter((person) => waiting?.includes(person)),
      spent: held.filter((person) => waiting !== null && !waiting.includes(person)),
    };
  }

  #stepAfter(delayMs: number): void {
    this.#cancelStep();
    this.#cancelStep = this.#app.ports.clock.after(delayMs, () => void this.#walk());
  }

  async #walk(): Promise<void> {
    if (this.#isStepping) return;
    this.#isStepping = true;
    const isDone = await this.#ports.inTurn(async () => {
      this.reread();
      const step = this.#step.peek();
      return step === null || this.#take(step);
    });
    this.#isStepping = false;
    if (this.#step.peek()) this.#stepAfter(isDone ? SOON_MS : RETRY_MS);
  }

  /** False where it has to be tried again. */
  async #take(step: Step): Promise<boolean> {
    const id = this.#me?.person.id ?? '';
    switch (step.step) {
      case 'prove':
        return this.#signInHeld(id);
      case 'leave': {
        const isOut = await this.#beDevice();
        if (isOut) await this.#letGo(id);
        return isOut;
      }
      case 'send':
        return this.#signInHeld(step.person);
      case 'let-go':
        await this.#letGo(step.person);
        return true;
      default:
        return step satisfies never;
    }
  }

  /** Signs in who has shown this device their PIN before; whether it is open for them does not change by that. */
  async #signInHeld(person: string): Promise<boolean> {
    const { session } = this.#app;
    const { vault, api } = this.#ports;
    const grant = await vault.grantOf(person).catch(() => null);
    if (grant !== null) {
      const reply = await signInByGrant(api, { person, grant });
      if (reply.ok) {
        session.enter(meOf(reply.value));
        // It may have met the hub under the session before.
        const you = this.#app.site.peek()?.view.peek().you;
        if (you && you.person !== person) this.#app.reopen();
        return true;
      }
      if (LATER.includes(reply.code)) return false;
      // The PIN is another one now, or they belong here no more. What they did waits until they sign in themselves.
      await vault.forget(person);
      await this.#countSenders();
    }
    if (!session.held.peek()) return true;
    this.lock();
    return this.#beDevice();
  }

  async #letGo(person: string): Promise<void> {
    await this.#ports.vault.letGo(person).catch(() => {});
    await this.#countSenders();
  }

  /** Ends the session of whoever is signed in. False where nobody answers. */
  async #beDevice(): Promise<boolean> {
    const { session, site } = this.#app;
    const { api } = this.#ports;
    // What it has connected ends with the session: it is not to find that out by itself.
    const open = site.peek();
    await open?.stop();
    if (!(await api.logout()).ok) {
      if (open && open === site.peek()) this.#app.reopen();
      return false;
    }
    const reply = await api.me();
    if (reply.ok) session.enter(reply.value);
    else if (reply.code === 'unauthenticated') session.expired(0);
    return reply.ok || reply.code === 'unauthenticated';
  }

  /** Not at once again: a device that the hub has just sent away may be sent away once more. */
  #comeBackSoon(): void {
    const { clock } = this.#app.ports;
    const sinceMs = clock.now() - this.#cameBackAt;
    const delayMs = sinceMs >= 0 && sinceMs < RETRY_MS ? RETRY_MS : 0;
    this.#cameBackAt = clock.now() + delayMs;
    clock.after(delayMs, () => void this.#comeBack());
  }

  /** A session that has ended leaves the device, if it still is one. */
  #comeBack(): Promise<void> {
    return this.#ports.inTurn(async () => {
      const { session, opened, ports } = this.#app;
      const isKnown = opened.peek() !== null || this.#device !== null;
      if (session.state.peek().state !== 'signed-out' || !isKnown) return;
      if (opened.peek() !== null) this.lock();
      const isAnswered = await this.#beDevice();
      if (!isAnswered) return this.#comeBackSoon();
      if (session.state.peek().state !== 'signed-out') return;
      ports.memory.remove(OPENED);
      opened.value = null;
      this.#device = null;
      await this.#ports.vault.clear().catch(() => {});
    });
  }
}

/** Who they are, and nothing of what is kept elsewhere. */
function meOf({ kind, person, sites, device }: Me): Me {
  return { kind, person, sites, device };
}
