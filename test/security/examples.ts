import type { Edit, EditType, Intent } from '../../worker/protocol/edit.ts';
import { PROTOCOL, type UpMessage } from '../../worker/protocol/messages.ts';

/** An intent of each type that a board takes on which the car is. A new type without one does not compile. */
export function intentsOn(car: string): { [T in EditType]: Intent & { type: T } } {
  return {
    set: { type: 'set', car, fields: { late: true } },
    note: { type: 'note', car, text: 'keys in the office' },
    add: { type: 'add', car, fields: { location: '300' } },
    remove: { type: 'remove', car },
    restore: { type: 'restore', car },
    import: { type: 'import', rows: [{ car, fields: { location: '300', empty: true } }], mode: 'merge' },
    undo: { type: 'undo', version: 1 },
    settle: { type: 'settle', item: 'item-00001', choice: 'theirs' },
  };
}

export function editOf(intent: Intent, seq = 1, base = 0): Edit {
  return { ...intent, id: `edit-${intent.type}-${seq}`, seq, base, at: 1_763_650_000_123 };
}

/** A frame of each type that a hub takes. A new type without one does not compile. */
export function framesOn(car: string, device: string): { [T in UpMessage['type']]: UpMessage & { type: T } } {
  const { set, note } = intentsOn(car);
  return {
    hello: {
      type: 'hello',
      protocol: PROTOCOL,
      device,
      epoch: null,
      version: 0,
      topics: ['cars', 'people', 'attention'],
      brief: true,
      app: '0.1.0',
      holds: [{ person: 'wes', edits: 2 }],
    },
    push: { type: 'push', edits: [editOf(set, 1), editOf(note, 2)] },
    seen: { type: 'seen', version: 0, seq: 0 },
    where: { type: 'where', car },
    ack: { type: 'ack', version: 0 },
    attention: { type: 'attention', items: [{ author: 'wes', edit: editOf(set, 9), code: 'other-epoch' }] },
  };
}
