import { type Device, markSeen } from '../../worker/engine/device.ts';
import type { Effect } from '../../worker/engine/effect.ts';
import { metaOf, type SiteState } from '../../worker/engine/state.ts';
import { packRecord } from '../../worker/hub/record.ts';
import { type DurableTwin, deviceOf, deviceText } from './durable-twin.ts';

/**
 * Says where a hub's memory is not what its storage would give after a crash, or null where it is. What the engine
 * replaces rather than changes is frozen on the way, so that changing it in place throws, and is compared once.
 */
export class StoredCheck {
  readonly #texts = new WeakMap<object, string>();
  readonly #compared = new WeakMap<Device, { stored: string; seq: number; seen: number; kept: number }>();

  difference(state: SiteState, twin: DurableTwin): string | null {
    return (
      this.#metaDiffers(state, twin) ??
      this.#carsDiffer(state, twin) ??
      this.#devicesDiffer(state, twin) ??
      this.#peopleDiffer(state, twin) ??
      this.#attentionDiffers(state, twin)
    );
  }

  /** The same for what the effects of one event name, and how much there is of everything: enough after each event. */
  touchedDifference(state: SiteState, twin: DurableTwin, effects: readonly Effect[]): string | null {
    for (const effect of effects) {
      if (effect.type === 'put-car') {
        const { id } = effect.record.car;
        const record = state.cars.get(id);
        const text = record && this.#textOf(record, packRecord);
        if (text !== twin.cars.get(id)) return `car ${id} is ${text}, stored ${twin.cars.get(id)}`;
      } else if (effect.type === 'put-device') {
        const difference = this.#deviceDiffers(effect.device, twin);
        if (difference) return difference;
      } else if (effect.type === 'put-meta') {
        const difference = this.#metaDiffers(state, twin);
        if (difference) return difference;
      }
    }
    if (state.version !== twin.version) return `memory is at ${state.version}, storage at ${twin.version}`;
    const counts = (of: Record<'cars' | 'devices' | 'sessions' | 'names', { size: number }>) =>
      `${of.cars.size} cars, ${of.devices.size} devices, ${of.sessions.size} sessions, ${of.names.size} names`;
    return counts(state) === counts(twin) ? null : `memory has ${counts(state)}; storage ${counts(twin)}`;
  }

  #metaDiffers(state: SiteState, twin: DurableTwin): string | null {
    const { version, head } = twin;
    const stored = JSON.stringify({ ...twin.meta, version, head });
    const held = JSON.stringify(metaOf(state));
    return stored === held ? null : `memory has ${held}, storage ${stored}`;
  }

  #carsDiffer(state: SiteState, twin: DurableTwin): string | null {
    if (state.cars.size !== twin.cars.size) return `${state.cars.size} cars, ${twin.cars.size} stored`;
    let live = 0;
    for (const [id, record] of state.cars) {
      if (!record.car.removed) live++;
      const text = this.#textOf(record, packRecord);
      if (text !== twin.cars.get(id)) return `car ${id} is ${text}, stored ${twin.cars.get(id)}`;
    }
    return live === state.live ? null : `${live} cars on the board, ${state.live} counted`;
  }

  #devicesDiffer(state: SiteState, twin: DurableTwin): string | null {
    if (state.devices.size !== twin.devices.size) {
      return `${state.devices.size} devices, ${twin.devices.size} stored`;
    }
    for (const device of state.devices.values()) {
      const difference = this.#deviceDiffers(device, twin);
      if (difference) return difference;
    }
    return null;
  }

  #deviceDiffers(device: Device, twin: DurableTwin): string | null {
    const { id, seq, seen, kept } = device;
    const stored = twin.devices.get(id);
    if (stored === undefined) return `device ${id} is not stored`;
    const known = this.#compared.get(device);
    if (known?.stored === stored && known.seq === seq && known.seen === seen && known.kept === kept.length) {
      return null;
    }
    for (const outcome of kept) freeze(outcome);
    // What a device says it has seen is written with its next push: storage may be behind in that alone.
    const expected = deviceOf(stored);
    markSeen(expected, seen);
    // So does what it says of itself: the device knows how much of that is stored.
    const held = deviceText({ ...device, ...device.written });
    if (held !== deviceText(expected)) return `device ${id} is ${held}, stored ${stored}`;
    this.#compared.set(device, { stored, seq, seen, kept: kept.length });
    return null;
  }

  #peopleDiffer(state: SiteState, twin: DurableTwin): string | null {
    if (state.sessions.size !== twin.sessions.size) {
      return `${state.sessions.size} sessions, ${twin.sessions.size} stored`;
    }
    for (const [hash, session] of state.sessions) {
      const text = this.#textOf(session, JSON.stringify);
      if (text !== twin.sessions.get(hash)) return `session ${text}, stored ${twin.sessions.get(hash)}`;
    }
    for (const [person, name] of state.names) {
      if (twin.names.get(person) !== name) return `name ${name}, stored ${twin.names.get(person)}`;
    }
    return state.names.size === twin.names.size ? null : 'a name too many in storage';
  }

  #attentionDiffers({ attention, settled }: SiteState, { items }: DurableTwin): string | null {
    if (attention.size + settled.size !== items.size) {
      return `${attention.size} open and ${settled.size} settled items, ${items.size} stored`;
    }
    for (const [id, item] of attention) {
      const text = this.#textOf(item, JSON.stringify);
      if (text !== items.get(id)?.text) return `item ${text}, stored ${items.get(id)?.text}`;
    }
    for (const [id, at] of settled) {
      const stored = items.get(id);
      if (stored?.at !== at || stored.text !== null) return `${id} is settled, stored ${stored?.text}`;
    }
    return null;
  }

  #textOf<T extends object>(value: T, pack: (value: T) => string): string {
    let text = this.#texts.get(value);
    if (text === undefined) {
      text = pack(freeze(value));
      this.#texts.set(value, text);
    }
    return text;
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}
