import type { Me } from '../../../worker/protocol/api.ts';
import { PIN_TRIES_BLOCK } from '../../../worker/protocol/limits.ts';
import type { VaultCrypto, VaultRecord, VaultShelf } from './ports.ts';
import { asOf, judge, NO_TRIES, oneMore } from './tries.ts';

/** OWASP's advice for PBKDF2 with SHA-256: about half a second on a tablet. */
export const PBKDF2_ITERATIONS = 600_000;

export type Opened =
  | { ok: true; me: Me }
  /** `waitMs`: until the next may be tried; null where only the hub can help. */
  | { ok: false; why: 'wrong' | 'locked'; waitMs: number | null }
  /** This device has nothing of them: they have never shown it their PIN while the hub was there. */
  | { ok: false; why: 'unknown' };

/**
 * Lets people show a device their PIN while the hub is out of reach. Each right PIN shown with the hub leaves here what
 * the hub takes for it later, once. It opens with that PIN on this device alone, and guesses are counted.
 */
export class Vault {
  readonly #shelf: VaultShelf;
  readonly #crypto: VaultCrypto;
  readonly #iterations: number;

  constructor(shelf: VaultShelf, crypto: VaultCrypto, iterations = PBKDF2_ITERATIONS) {
    this.#shelf = shelf;
    this.#crypto = crypto;
    this.#iterations = iterations;
  }

  /** Ids of those who can show their PIN to this device without the hub. */
  async people(device: string): Promise<Set<string>> {
    const known = (await this.#shelf.all()).filter(
      ({ me, sealed, tries }) => sealed !== null && me.device?.id === device && tries.wrong < PIN_TRIES_BLOCK,
    );
    return new Set(known.map(({ me }) => me.person.id));
  }

  /** Ids of those whose edits may be sent from here though they have gone. */
  async held(device: string): Promise<Set<string>> {
    const held = (await this.#shelf.all()).filter((one) => one.held !== null && one.me.device?.id === device);
    return new Set(held.map(({ me }) => me.person.id));
  }

  /**
   * The hub has taken this PIN for theirs, and given this for later. What may have to be sent is held at once; what
   * opens with the PIN takes its time.
   */
  async keep(me: Me, pin: string, grant: string): Promise<void> {
    const held = await this.#crypto.seal(grant, null);
    const { id } = me.person;
    await this.#shelf.change(id, (record) => ({
      sealed: record?.sealed ?? null,
      me,
      held,
      tries: NO_TRIES,
    }));
    const key = { salt: this.#crypto.newSalt(), iterations: this.#iterations };
    const sealed = { ...(await this.#crypto.seal(grant, { ...key, pin })), ...key };
    // They may have gone meanwhile, and what was held with them.
    await this.#shelf.change(id, (record) => ({ me, held: record?.held ?? null, sealed, tries: NO_TRIES }));
  }

  /** Whose PIN it is, as this device knows it. */
  async open(person: string, device: string, pin: string, now: number): Promise<Opened> {
    let verdict = judge(NO_TRIES, now);
    const record = await this.#shelf.change(person, (found) => {
      if (!found) return null;
      const tries = asOf(found.tries, now);
      verdict = judge(tries, now);
      return { ...found, tries: verdict.may ? oneMore(tries, now) : tries };
    });
    if (!record?.sealed || record.me.device?.id !== device) return { ok: false, why: 'unknown' };
    if (!verdict.may) return { ok: false, why: 'locked', waitMs: verdict.waitMs };
    const { salt, iterations } = record.sealed;
    const grant = await this.#crypto.open(record.sealed, { pin, salt, iterations });
    if (grant === null) {
      const next = judge(record.tries, now);
      return { ok: false, why: 'wrong', waitMs: next.may ? 0 : next.waitMs };
    }
    const held = await this.#crypto.seal(grant, null);
    await this.#shelf.change(person, (found) => found && { ...found, held, tries: NO_TRIES });
    return { ok: true, me: record.me };
  }

  /** What the hub takes for a person's PIN; null where nothing of theirs has to be sent from here. */
  async grantOf(person: string): Promise<string | null> {
    const record = await this.#read(person);
    return record?.held ? this.#crypto.open(record.held, null) : null;
  }

  /** Nothing of theirs has to be sent any more. */
  async letGo(person: string): Promise<void> {
    await this.#shelf.change(person, (record) => (record?.sealed ? { ...record, held: null } : null));
  }

  /** The hub does not take what is kept of them. */
  async forget(person: string): Promise<void> {
    await this.#shelf.change(person, () => null);
  }

  /** The device is none any more. */
  clear(): Promise<void> {
    return this.#shelf.clear();
  }

  #read(person: string): Promise<VaultRecord | null> {
    return this.#shelf.change(person, (record) => record);
  }
}
