import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals';
import type { Me } from '../../worker/protocol/api.ts';
import type { StopReason, View } from '../sync/view.ts';
import type { AppState } from './app-state.ts';
import type { KioskPorts } from './kiosk.ts';
import { type DeviceFacts, nextStep, type Step } from './left-behind.ts';
import { lockDevice } from './lock-device.ts';
import { OPENED } from './opened.ts';
import { LATER, meOf, signInByGrant } from './pin-api.ts';

/** What it needs to know of the device. */
export interface DeviceHost {
  isShared: ReadonlySignal<boolean>;
  /** Id of the device this is, or was last; null for none. */
  device(): string | null;
  /** It is none any more. */
  forgetDevice(): void;
  /** Another tab may have locked or opened it. */
  reread(): void;
}

/** An edit that is just being made has reached the store by then. */
const SOON_MS = 300;
const RETRY_MS = 10_000;
/** Whose site did not open as them is not signed in again at once to send what they left: it might not the next time. */
const UNOPENED_MS = 600_000;
/** After these the hub takes nothing from a person any more. For anything else their session is kept: it may yet. */
const GONE: readonly StopReason[] = ['unauthenticated', 'forbidden', 'not-found'];

/**
 * Brings an enrolled device that nobody is at to be itself again: what people have left behind on it goes out under their
 * names, one after the other, and nobody stays signed in. `nextStep` says what comes next.
 */
export class DeviceRest {
  readonly #app: AppState;
  readonly #ports: Pick<KioskPorts, 'api' | 'vault' | 'inTurn'>;
  readonly #host: DeviceHost;
  readonly #senders: Signal<ReadonlySet<string>> = signal(new Set());
  readonly #unopened: Signal<ReadonlySet<string>> = signal(new Set());
  readonly #step: ReadonlySignal<Step | null>;
  #cancelStep = () => {};
  #isStepping = false;
  #cameBackAt = 0;

  constructor(app: AppState, ports: Pick<KioskPorts, 'api' | 'vault' | 'inTurn'>, host: DeviceHost) {
    this.#app = app;
    this.#ports = ports;
    this.#host = host;
    const { online } = app.ports.surroundings;
    this.#step = computed(() => nextStep(this.#facts()));
    const isOut = computed(() => app.session.state.value.state === 'signed-out');
    effect(() => {
      if (isOut.value && online.value) untracked(() => this.#comeBackSoon());
    });
    effect(() => {
      const step = this.#step.value;
      // A network that has come back is a reason to try again.
      const delayMs = online.value ? SOON_MS : RETRY_MS;
      untracked(() => (step ? this.#stepAfter(delayMs) : this.#cancelStep()));
    });
    void this.count();
  }

  /** Looks again at who may be signed in once more. */
  async count(): Promise<void> {
    const id = this.#host.device();
    if (id === null) return;
    this.#senders.value = await this.#ports.vault.held(id).catch(() => new Set<string>());
  }

  get #me(): Me | null {
    const { value } = this.#app.session.state;
    return value.state === 'signed-in' ? value.me : null;
  }

  #facts(): DeviceFacts {
    const { locked, session, site, opening, asking } = this.#app;
    const me = this.#me;
    const open = site.value;
    const view = open?.view.value;
    const isMine = open?.me?.id === me?.person.id;
    const isSent = !view ? opening.value !== 'now' : isMine && hasAll(view);
    const waiting = isMine && view ? (view.waiting ?? []).map(({ author }) => author) : null;
    const held = [...this.#senders.value];
    const isDevice = me?.device != null || this.#host.isShared.value;
    return {
      locked: locked.value && isDevice && me?.kind !== 'wall',
      held: session.held.value,
      isPerson: me?.kind === 'person',
      isSent,
      isAsking: asking.value !== null,
      senders: held.filter((person) => waiting?.includes(person) && !this.#unopened.value.has(person)),
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
    const take = async () => {
      this.#host.reread();
      const step = this.#step.peek();
      return step === null || this.#take(step);
    };
    // A store that refuses is no reason never to try again.
    const isDone = await this.#ports.inTurn(take).catch(() => false);
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
        const isOpen = this.#app.site.peek() !== null;
        const isOut = await this.#beDevice();
        if (!isOut) return false;
        // What nobody has looked at may still wait here.
        if (isOpen) await this.#letGo(id);
        else this.#leaveUnopened(id);
        return true;
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
    let isForgotten = true;
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
      isForgotten = await vault.forget(person).then(
        () => true,
        () => false,
      );
      await this.count();
    }
    if (!session.held.peek()) return isForgotten;
    lockDevice(this.#app);
    return this.#beDevice();
  }

  #leaveUnopened(person: string): void {
    this.#unopened.value = new Set(this.#unopened.value).add(person);
    this.#app.ports.clock.after(UNOPENED_MS, () => {
      this.#unopened.value = new Set([...this.#unopened.value].filter((one) => one !== person));
    });
  }

  async #letGo(person: string): Promise<void> {
    await this.#ports.vault.letGo(person).catch(() => {});
    await this.count();
  }

  /** Ends the session of whoever is signed in. False where nobody answers. */
  async #beDevice(): Promise<boolean> {
    const { session, site } = this.#app;
    const { api } = this.#ports;
    // What it has connected ends with the session: it is not to find that out by itself.
    const open = site.peek();
    await open?.stop();
    const out = await api.logout();
    // Where not everybody could be told that it has ended, this browser has forgotten it all the same.
    const reply = out.ok || out.code === 'unavailable' ? await api.me() : out;
    if (reply.ok && (out.ok || reply.value.kind !== 'person')) session.enter(reply.value);
    else if (!reply.ok && reply.code === 'unauthenticated') session.expired(0);
    else {
      // One that has stopped would stand still, and say that it is live.
      if (open && open === site.peek()) this.#app.reopen();
      return false;
    }
    return true;
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
      const isKnown = opened.peek() !== null || this.#host.device() !== null;
      if (session.state.peek().state !== 'signed-out' || !isKnown) return;
      if (opened.peek() !== null) lockDevice(this.#app);
      const isAnswered = await this.#beDevice();
      if (!isAnswered) return this.#comeBackSoon();
      if (session.state.peek().state !== 'signed-out') return;
      ports.memory.remove(OPENED);
      opened.value = null;
      this.#host.forgetDevice();
      await this.#ports.vault.clear().catch(() => {});
    });
  }
}

/** Nothing of the person's that the hub might take is on this device alone. */
function hasAll({ health, pending }: View): boolean {
  if (health.state === 'stopped') return GONE.includes(health.reason);
  return health.state === 'live' && pending.length === 0;
}
