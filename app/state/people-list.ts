import { batch, type Signal, signal } from '@preact/signals';
import type { People } from '../../worker/protocol/api.ts';
import type { InvitedRole } from '../../worker/protocol/seats.ts';
import type { Role } from '../../worker/protocol/site.ts';
import type { ApiError, Reply } from './api.ts';
import type { PeopleApi } from './people-api.ts';

/** An invitation as it has just been made: its link is shown now and never again. */
export interface MadeInvitation {
  id: string;
  role: InvitedRole;
  name: string | null;
  token: string;
  expiresAt: number;
}

/** What could not be done: to whom or what, and why. */
export interface Failure {
  /** Id of a person or an invitation; null for the list itself, or a new invitation. */
  of: string | null;
  problem: ApiError;
}

/** The people of a site and its invitations, and what a lead does with them. */
export class PeopleList {
  /** As it came last; null before the first. */
  readonly people: Signal<People | null> = signal(null);
  readonly failure: Signal<Failure | null> = signal(null);
  /** What is being done right now: one thing at a time. */
  readonly busy = signal(false);
  readonly made: Signal<MadeInvitation | null> = signal(null);
  readonly #api: PeopleApi;
  readonly #site: string;

  constructor(api: PeopleApi, site: string) {
    this.#api = api;
    this.#site = site;
  }

  async load(): Promise<void> {
    const reply = await this.#api.people(this.#site);
    batch(() => {
      if (reply.ok) this.people.value = reply.value;
      else if (this.failure.value === null) this.failure.value = { of: null, problem: reply.code };
    });
  }

  /** True where it has been done. */
  setRole(person: string, role: Role): Promise<boolean> {
    return this.#do(person, () => this.#api.setRole(this.#site, person, role));
  }

  remove(person: string): Promise<boolean> {
    return this.#do(person, () => this.#api.remove(this.#site, person));
  }

  async withdraw(invitation: string): Promise<boolean> {
    const done = await this.#do(invitation, async () => {
      const reply = await this.#api.withdraw(this.#site, invitation);
      // Used, or withdrawn by somebody else: it is gone, as was asked.
      return !reply.ok && reply.code === 'not-found' ? { ok: true, value: null } : reply;
    });
    if (done && this.made.value?.id === invitation) this.made.value = null;
    return done;
  }

  invite(role: InvitedRole, name: string): Promise<boolean> {
    return this.#do(null, async () => {
      const whom = name.trim();
      const reply = await this.#api.invite(this.#site, { role, ...(whom && { name: whom }) });
      if (reply.ok) this.made.value = { ...reply.value, role, name: whom || null };
      return reply;
    });
  }

  /** The link has been passed on. */
  put(): void {
    this.made.value = null;
  }

  async #do(of: string | null, act: () => Promise<Reply<unknown>>): Promise<boolean> {
    if (this.busy.value) return false;
    batch(() => {
      this.busy.value = true;
      this.failure.value = null;
    });
    const reply = await act();
    if (!reply.ok) this.failure.value = { of, problem: reply.code };
    // Also where it failed: somebody else may have changed what it was about.
    await this.load();
    this.busy.value = false;
    return reply.ok;
  }
}
