import type { Car } from '../../worker/protocol/car.ts';
import type { DownMessage, SnapshotPart, Welcome } from '../../worker/protocol/messages.ts';
import { decodeSnapshot } from '../../worker/protocol/snapshot.ts';

/** A frame that can be read now. A welcome comes with all cars, where the hub has sent all. */
export type Ready =
  | { type: 'welcomed'; welcome: Welcome; cars: Car[] | null }
  | Exclude<DownMessage, Welcome | SnapshotPart>;

/** Puts the parts of a snapshot together, and holds back what comes between them. */
export class Inbox {
  #partial: { welcome: Welcome; cars: Car[]; parts: number } | null = null;
  #held: Exclude<Ready, { type: 'welcomed' }>[] = [];

  /** Parts of a snapshot are outstanding. */
  get isWaiting(): boolean {
    return this.#partial !== null;
  }

  /** Another connection: nothing of the last one is going to be completed. */
  reset(): void {
    this.#partial = null;
    this.#held = [];
  }

  /** What can be read now, in order. Null where a part comes that does not follow. */
  take(message: DownMessage): Ready[] | null {
    if (message.type === 'welcome') return this.#welcome(message);
    if (message.type === 'snapshot') return this.#part(message);
    if (!this.#partial) return [message];
    this.#held.push(message);
    return [];
  }

  #welcome(welcome: Welcome): Ready[] {
    const { snapshot, parts = 0 } = welcome;
    const cars = snapshot ? decodeSnapshot(snapshot) : null;
    if (!cars || parts === 0) return [{ type: 'welcomed', welcome, cars }];
    this.#partial = { welcome, cars, parts };
    return [];
  }

  #part({ part, snapshot }: SnapshotPart): Ready[] | null {
    const partial = this.#partial;
    if (!partial || part !== (partial.welcome.parts ?? 0) - partial.parts + 1) return null;
    partial.cars.push(...decodeSnapshot(snapshot));
    partial.parts--;
    if (partial.parts > 0) return [];
    const ready: Ready[] = [
      { type: 'welcomed', welcome: partial.welcome, cars: partial.cars },
      ...this.#held,
    ];
    this.reset();
    return ready;
  }
}
