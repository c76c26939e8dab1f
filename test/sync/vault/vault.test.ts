import { beforeEach, describe, expect, test } from 'vitest';
import type { PinKey, Sealed, VaultCrypto, VaultRecord, VaultShelf } from '../../../app/sync/vault/ports.ts';
import { asOf, judge, NO_TRIES, oneMore, type Tries } from '../../../app/sync/vault/tries.ts';
import { Vault } from '../../../app/sync/vault/vault.ts';
import type { Me } from '../../../worker/protocol/api.ts';

const NOW = 1_700_000_000_000;
const SECOND = 1_000;

const meOf = (id: string, device = 'tablet-1'): Me => ({
  kind: 'person',
  person: { id, name: id, email: null },
  sites: [{ id: 'north', name: 'North', role: 'worker' }],
  device: { id: device, name: 'Tablet', shared: true },
});

/** Seals nothing, but says by what it would have been. */
const plainCrypto: VaultCrypto = {
  seal: async (text, pin) => sealedAs(JSON.stringify([text, pin?.pin ?? null])),
  open: async (sealed, pin) => {
    const [text, under]: [string, string | null] = JSON.parse(new TextDecoder().decode(sealed.bytes));
    return under === (pin?.pin ?? null) ? text : null;
  },
  newSalt: () => new Uint8Array(16),
};

const sealedAs = (text: string): Sealed => ({
  iv: new Uint8Array(12),
  bytes: Uint8Array.from(new TextEncoder().encode(text)),
});

class Shelf implements VaultShelf {
  readonly records = new Map<string, VaultRecord>();
  all = async () => [...this.records.values()];
  change: VaultShelf['change'] = async (person, turn) => {
    const after = turn(this.records.get(person) ?? null);
    if (after) this.records.set(person, after);
    else this.records.delete(person);
    return after;
  };
  clear = async () => this.records.clear();
}

let shelf: Shelf;
let vault: Vault;
beforeEach(async () => {
  shelf = new Shelf();
  vault = new Vault(shelf, plainCrypto, 1);
  await vault.keep(meOf('wes'), '4826', 'grant-wes');
});
const open = (pin: string, now = NOW) => vault.open('wes', 'tablet-1', pin, now);

describe('a device without the hub', () => {
  test('knows the PIN of who has shown it before, and as whom they were signed in', async () => {
    expect(await open('4826')).toEqual({ ok: true, me: meOf('wes') });
    expect(await vault.people('tablet-1')).toEqual(new Set(['wes']));
  });

  test('knows nobody else, and nobody of the device it was before', async () => {
    expect(await vault.open('lee', 'tablet-1', '4826', NOW)).toEqual({ ok: false, why: 'unknown' });
    expect(await vault.open('wes', 'tablet-2', '4826', NOW)).toEqual({ ok: false, why: 'unknown' });
    expect(await vault.people('tablet-2')).toEqual(new Set());
  });

  test('takes no other PIN, and holds nothing for who has shown one', async () => {
    await vault.letGo('wes');
    expect(await open('9999')).toEqual({ ok: false, why: 'wrong', waitMs: 0 });
    expect(await vault.grantOf('wes')).toBeNull();
  });

  test('after five wrong ones waits half a minute, and takes the right one then', async () => {
    for (let i = 0; i < 4; i++) await open('9999');
    expect(await open('9999')).toEqual({ ok: false, why: 'wrong', waitMs: 30 * SECOND });
    expect(await open('4826', NOW + 29 * SECOND)).toEqual({ ok: false, why: 'locked', waitMs: SECOND });
    expect(await open('4826', NOW + 30 * SECOND)).toMatchObject({ ok: true });
    expect(await open('9999', NOW + 31 * SECOND)).toEqual({ ok: false, why: 'wrong', waitMs: 0 });
  });

  test('counts a PIN before it looks at it: pulling the plug spares nobody the wait', async () => {
    const dying = new Vault(shelf, { ...plainCrypto, open: () => Promise.reject(new Error('off')) }, 1);
    for (let i = 0; i < 5; i++) await dying.open('wes', 'tablet-1', '9999', NOW).catch(() => {});
    expect(await open('4826')).toEqual({ ok: false, why: 'locked', waitMs: 30 * SECOND });
  });

  test('after ten wrong ones takes none until the hub has taken one', async () => {
    let now = NOW;
    for (let i = 0; i < 10; i++) {
      await open('9999', now);
      now += 3_600 * SECOND;
    }
    expect(await open('4826', now)).toEqual({ ok: false, why: 'locked', waitMs: null });
    expect(await vault.people('tablet-1')).toEqual(new Set());
    await vault.keep(meOf('wes'), '4826', 'grant-2');
    expect(await open('4826', now)).toMatchObject({ ok: true });
  });
});

describe('what the hub takes for a PIN later', () => {
  test('is held from the moment a PIN was right, and let go once nothing is to be sent', async () => {
    expect(await vault.grantOf('wes')).toBe('grant-wes');
    expect(await vault.held('tablet-1')).toEqual(new Set(['wes']));
    await vault.letGo('wes');
    expect(await vault.grantOf('wes')).toBeNull();
    await open('4826');
    expect(await vault.grantOf('wes')).toBe('grant-wes');
  });

  test('is held at once, though what opens with the PIN takes a while', async () => {
    let finish = (_: Sealed): void => {};
    const slow: VaultCrypto = {
      ...plainCrypto,
      seal: (text: string, pin: PinKey | null) =>
        pin ? new Promise((resolve) => (finish = resolve)) : plainCrypto.seal(text, pin),
    };
    const kept = new Vault(shelf, slow, 1).keep(meOf('lee'), '9305', 'grant-lee');
    await expect.poll(() => vault.grantOf('lee')).toBe('grant-lee');
    // She goes before it is done: that brings nothing back.
    await shelf.change('lee', (record) => record && { ...record, held: null });
    finish(sealedAs('sealed'));
    await kept;
    expect(await vault.grantOf('lee')).toBeNull();
    expect(await vault.people('tablet-1')).toEqual(new Set(['wes', 'lee']));
  });

  test('is nobody’s once the hub has not taken it', async () => {
    await vault.forget('wes');
    expect(await open('4826')).toEqual({ ok: false, why: 'unknown' });
    expect(await vault.held('tablet-1')).toEqual(new Set());
  });
});

describe('wrong PINs', () => {
  const wrong = (count: number, at = NOW): Tries =>
    Array.from({ length: count }).reduce<Tries>((tries) => oneMore(tries, at), NO_TRIES);

  test.each([
    [0, 0],
    [4, 0],
    [5, 30],
    [6, 60],
    [7, 120],
    [9, 480],
  ])('%i of them are a wait of %i s', (count, seconds) => {
    const verdict = judge(wrong(count), NOW);
    expect(verdict).toEqual(seconds === 0 ? { may: true } : { may: false, waitMs: seconds * SECOND });
  });

  test('a clock that is put back makes nobody wait for longer, nor for less', () => {
    const early = NOW - 24 * 3_600 * SECOND;
    const tries = asOf(wrong(5), early);
    expect(judge(tries, early)).toEqual({ may: false, waitMs: 30 * SECOND });
    expect(judge(tries, early + 30 * SECOND)).toEqual({ may: true });
  });
});
