import type { Patch } from './patches.ts';

/** A bug sown into shipped code. Where one guard covers for another, both are taken away. */
export interface Mutant {
  name: string;
  /** The rules of which one is seen to be broken. */
  breaks: string;
  patches: Patch[];
  /** One that catches it, on a site with such caps. */
  seed: number;
  hasSmallCaps: boolean;
}

const ENGINE = 'worker/engine/';
const SYNC = 'app/sync/';

export const MUTANTS: readonly Mutant[] = [
  mutant('a version without its entry in the log', 'V1', 1, [
    [
      `${ENGINE}commit.ts`,
      "[...take(state, made, edit, author), { type: 'append', entry }]",
      'entry ? take(state, made, edit, author) : []',
    ],
  ]),
  mutant('an answer that is not kept in storage', 'H1', 1, [
    [`${ENGINE}push.ts`, 'effects.push(putDevice(device));', ''],
  ]),
  mutant('a car that is not written', 'H1', 1, [
    [
      `${ENGINE}commit.ts`,
      "return { type: 'put-car', record };",
      "return { type: 'put-name', person: made.by, name: state.names.get(made.by) ?? '' };",
    ],
  ]),
  mutant('a refusal that does not advance the seq', 'R15 H1 E2', 9, [
    [
      `${ENGINE}push.ts`,
      'keep(device, edit.id, committed.outcome);',
      "if (committed.outcome.outcome !== 'rejected') keep(device, edit.id, committed.outcome);",
    ],
  ]),
  mutant('a resend that takes effect again', 'E2 H1 E1', 2, [
    [`${ENGINE}push.ts`, 'if (edit.seq <= before) {', 'if (edit.seq < before) {'],
  ]),
  mutant('another edit under an answered seq gets its answer', 'E2 E1 O2', 103, [
    [
      `${ENGINE}push.ts`,
      'return kept.id === edit.id ? kept.outcome : reused(seq, env);',
      'return kept.outcome;',
    ],
  ]),
  mutant('an edit of somebody else is taken as one’s own', 'E4', 21, [
    [
      `${ENGINE}push.ts`,
      'edit.author !== undefined && edit.author !== principal.person',
      'edit.author === null',
    ],
  ]),
  mutant('a device is in conflict with itself', 'E5', 47, [
    [
      `${ENGINE}judge.ts`,
      'write.version > author.base && write.device !== author.device',
      'write.version > author.base',
    ],
  ]),
  mutant('the base of an edit is ignored', 'E5', 8, [
    [
      `${ENGINE}judge.ts`,
      'write.version > author.base && write.device !== author.device',
      'write.version > author.base + 1_000 && write.device !== author.device',
    ],
  ]),
  mutant('a write to a removed car is no conflict', 'E5', 16, [
    [
      `${ENGINE}judge.ts`,
      "return { ok: true, intent: null, conflicts: [conflictOf(record, 'life', mine)] };\n}\n\nfunction judgeAdd",
      'return { ok: true, intent, conflicts: mine ? [] : [] };\n}\n\nfunction judgeAdd',
    ],
  ]),
  mutant('a removed car is written to', 'E5', 16, [
    [
      `${ENGINE}judge.ts`,
      "return { ok: true, intent: null, conflicts: [conflictOf(record, 'life', mine)] };\n}\n\nfunction judgeAdd",
      'return { ok: true, intent, conflicts: mine ? [] : [] };\n}\n\nfunction judgeAdd',
    ],
    ['worker/protocol/apply.ts', "if (car.removed) return { ok: false, code: 'car-removed' };", ''],
  ]),
  mutant('a catch-up that begins one version late', 'C1', 1, [
    [
      `${ENGINE}catch-up.ts`,
      'if (record.car.version > since) records.push(record);',
      'if (record.car.version > since + 1) records.push(record);',
    ],
  ]),
  mutant('what the hub alone knows of an edit is not sent', 'C1 R15', 25, [
    [
      `${ENGINE}commit.ts`,
      "const own = conflicts.length === 0 && edit.type !== 'undo' && edit.type !== 'import' && edit.type !== 'add';",
      'const own = true;',
    ],
  ]),
  mutant('an outcome overtakes what was ordered before it', 'C1', 18, [
    [
      `${ENGINE}socket.ts`,
      'const before = bringUp(feed, state, listener, env.now);',
      'const before: OutwardEffect[] = [];',
    ],
    [`${SYNC}device.ts`, 'const isNext = version === this.replica.version + 1;', 'const isNext = true;'],
  ]),
  mutant('a gap in the changes is not noticed', 'C1', 74, [
    [`${SYNC}device.ts`, "if (from !== this.replica.version) return 'broken';", ''],
  ]),
  mutant('edits of another epoch are taken', 'V2 E2 E1 O2 R15', 49, [
    [`${ENGINE}exchange.ts`, 'request.epoch === null || sameEpoch ? request.edits : []', 'request.edits'],
    [`${SYNC}sender.ts`, 'return epoch !== null && epoch === this.stored.epoch;', 'return epoch !== null;'],
    [`${SYNC}conversation.ts`, 'this.#exchanger.run(this.#isKnown)', 'this.#exchanger.run(true)'],
  ]),
  mutant('versions begin again with an epoch', 'V1 A1', 7, [
    [
      `${ENGINE}birth.ts`,
      'Object.assign(state, { version, archived });',
      'Object.assign(state, { version: 0, archived: 0 * (version + archived) });',
    ],
  ]),
  mutant('an outbox that drops what it sends', 'O1', 5, [
    [
      `${SYNC}outbox.ts`,
      'for (const entry of batch.entries) this.#mark(entry, { sent: true });',
      'for (const entry of batch.entries) {\n      this.#mark(entry, { sent: true });\n      this.#records.drop(entry.record.edit.id);\n    }',
    ],
  ]),
  mutant('an outcome is stored before the board it belongs to', 'C1', 1, [
    [`${SYNC}keeper.ts`, '...(cars && { cars }),', '...(cars && !edits && { cars }),'],
  ]),
  mutant('edits are stored without being on the disk', 'O1 O2', 38, [
    [
      `${SYNC}keeper.ts`,
      "durability: edits || isMove ? 'strict' : 'relaxed',",
      "durability: edits && isMove && place.seq < 0 ? 'strict' : 'relaxed',",
    ],
  ]),
  mutant('edits are sent before they are saved', 'O1 E2', 18, [
    [`${SYNC}batch.ts`, 'if (!entry.durable || entry.reused ||', 'if (entry.reused ||'],
  ]),
  mutant('an outcome is said to be stored before it is', 'E2 E1 E3 O2', 146, [
    [
      `${SYNC}keeper.ts`,
      'const place = this.place();',
      'const place = this.place();\n    sender.stored = place;\n    this.#events.stored();',
    ],
    [
      `${SYNC}seen-reports.ts`,
      'else if (outcomes > 0) this.#wait(OUTCOMES_MS);',
      'else if (outcomes > 0) this.#report();',
    ],
    [
      'worker/protocol/limits.ts',
      'export const OUTCOMES_SEEN_KEPT = 16;',
      'export const OUTCOMES_SEEN_KEPT = 1;',
    ],
  ]),
  mutant('another device keeps the id of the one before', 'R15 E2', 103, [
    [
      `${SYNC}outbox.ts`,
      'this.#begin({ ...this.#queue, device: this.#newId() });\n    for',
      'this.#begin({ ...this.#queue });\n    for',
    ],
  ]),
  mutant('a queue goes with the device to another person', 'E4', 21, [
    [
      `${SYNC}outbox.ts`,
      'if (!own && (current.person === null || this.#pending.size === 0)) {',
      'if (!own) {',
    ],
  ]),
  mutant(
    'a session that was forgotten has ended',
    'R15 C1',
    22,
    [
      [
        `${ENGINE}socket.ts`,
        'return state.sessions.has(socket.session)\n',
        'return state.sessions.has(socket.session) || state.sessions.size > 0\n',
      ],
    ],
    true,
  ),
  mutant(
    'what the archive has in its history alone counts as its cars',
    'A2 E1',
    120,
    [['worker/archive/load.ts', 'archived: mark.version,', 'archived: version,']],
    true,
  ),
  mutant('another epoch is not reviewed', 'O2 E2 O1 R15', 7, [
    [`${SYNC}device.ts`, 'if (known !== null && known !== epoch) {', 'if (known === epoch + epoch) {'],
  ]),
  mutant('what was on its way when a link broke is waited for', 'R15', 4, [
    [
      `${SYNC}conversation.ts`,
      '    this.#exchanger.abandon();\n    this.#device.outbox.unsend();',
      '    this.#exchanger.abandon();',
    ],
  ]),
  mutant('an open item is dropped', 'O2', 3, [
    [
      `${SYNC}edit-records.ts`,
      '!this.#unarchived.has(id) && !this.#attention.has(id)',
      '!this.#unarchived.has(id)',
    ],
  ]),
  mutant('an applied edit is dropped before it is archived', 'O2', 7, [
    [
      `${SYNC}edit-records.ts`,
      '!isOwn && !this.#unarchived.has(id) && !this.#attention.has(id)',
      '!this.#attention.has(id)',
    ],
  ]),
  mutant('a wiped store is not filled again', 'C1 O1 O2', 9, [
    [
      `${SYNC}keeper.ts`,
      "if (error.kind === 'wiped') this.#storeAllAgain();",
      "if (error.kind === 'wiped') this.#isMetaDirty = true;",
    ],
  ]),
  mutant(
    'a device keeps the tombstones that the hub forgets',
    'C1',
    12,
    [
      [
        `${SYNC}replica.ts`,
        'if (this.#tombstones <= TOMBSTONES_MAX) return;',
        'if (this.#tombstones <= TOMBSTONES_MAX + 4) return;',
      ],
    ],
    true,
  ),
  mutant(
    'a part of a snapshot is lost',
    'C1',
    1,
    [
      [
        `${SYNC}inbox.ts`,
        'partial.cars.push(...decodeSnapshot(snapshot));',
        'if (part !== 1) partial.cars.push(...decodeSnapshot(snapshot));',
      ],
    ],
    true,
  ),
  mutant(
    'the mark moves with the first piece of a long checkpoint',
    'E1 A1 A2 R15',
    33,
    [
      [
        'worker/hub/checkpointer.ts',
        ': { ...batch, version: archived, cars: [], forgotten: [] };',
        ': { ...batch, cars: [], forgotten: [] };',
      ],
      ['worker/hub/checkpointer.ts', 'ENTRIES_MAX = 9', 'ENTRIES_MAX = 5'],
    ],
    true,
  ),
  mutant('the archive misses the first entry of each checkpoint', 'A1', 1, [
    [
      'worker/hub/checkpointer.ts',
      'this.#sent = { version: archived, removed: new Set() };',
      'this.#sent = { version: archived + 1, removed: new Set() };',
    ],
  ]),
  mutant(
    'the archive forgets a tombstone that the hub has',
    'A2',
    4,
    [[`${ENGINE}checkpoint.ts`, 'if (car.removed) floor = Math.min(floor, car.version);', '']],
    true,
  ),
  mutant('what is open here counts as listed in another epoch', 'O2', 3, [
    [
      `${SYNC}outbox.ts`,
      'if (unsettledOf(record) && record.reported) this.#records.put({ ...unlisted, edit });',
      '',
    ],
  ]),
  mutant('what is opened is told to nobody', 'O2 R15', 1, [
    [`${ENGINE}feed.ts`, 'feed.opened.push(...opened);', ''],
  ]),
  mutant(
    'an acknowledgement feeds nobody, and nobody is let go',
    'C1 R15',
    2,
    [
      [
        `${ENGINE}read-again.ts`,
        'if (!flow || !isLagging(listener) || !isCurrent(listener)) return [];',
        'if (flow || !isLagging(listener) || !isCurrent(listener)) return [];',
      ],
      [
        `${ENGINE}flow.ts`,
        'return since !== null && now - since >= LAG_MS_MAX;',
        'return since !== null && now - since < 0 * LAG_MS_MAX;',
      ],
    ],
    true,
  ),
  mutant('an entry carries the hash of another than the one before', 'A1 H1', 1, [
    [`${ENGINE}commit.ts`, 'prev: state.head };', 'prev: env.hash(state.site.id) };'],
  ]),
  mutant('a new epoch begins another chain', 'A1 H1', 10, [
    [
      `${ENGINE}birth.ts`,
      'const head = hash(newest ? entryText(newest) : genesisText(site.id));',
      'const head = hash(newest && !newest ? entryText(newest) : genesisText(site.id));',
    ],
  ]),
  mutant('what is handed over is sent without its author', 'E4', 21, [
    [
      `${SYNC}hand-over.ts`,
      '({ ...edit, author: person })',
      "({ ...edit, ...(person === '' && { author: person }) })",
    ],
  ]),
  mutant('what another tab asks for again is done again', 'E2', 95, [
    [
      `${SYNC}edit-maker.ts`,
      'async edit(intent: Intent, id?: string): Promise<Edit> {\n    const made = id === undefined ? undefined : this.#parts.records.get(id);',
      "async edit(intent: Intent, id?: string): Promise<Edit> {\n    const made = id === undefined ? undefined : this.#parts.records.get('');",
    ],
    [`${SYNC}edit-maker.ts`, 'this.#clock.now(), id);', 'this.#clock.now(), id && undefined);'],
    [`${SYNC}shared/desk.ts`, 'this.#done.get(id) ??', "this.#done.get('') ??"],
  ]),
  mutant('what another tab asks for again is made again under its id', 'E2', 95, [
    [
      `${SYNC}edit-maker.ts`,
      'async edit(intent: Intent, id?: string): Promise<Edit> {\n    const made = id === undefined ? undefined : this.#parts.records.get(id);',
      "async edit(intent: Intent, id?: string): Promise<Edit> {\n    const made = id === undefined ? undefined : this.#parts.records.get('');",
    ],
    [`${SYNC}shared/desk.ts`, 'this.#done.get(id) ??', "this.#done.get('') ??"],
  ]),
  mutant('what has left no record is made again when it is asked for again', 'E2', 1254, [
    [`${SYNC}shared/desk.ts`, 'this.#done.get(id) ??', "this.#done.get('') ??"],
  ]),
];

function mutant(
  name: string,
  breaks: string,
  seed: number,
  patches: [file: string, find: string, replace: string][],
  hasSmallCaps = false,
): Mutant {
  return {
    name,
    breaks,
    seed,
    hasSmallCaps,
    patches: patches.map(([file, find, replace]) => ({ file, find, replace })),
  };
}
