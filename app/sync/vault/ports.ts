import type { Me } from '../../../worker/protocol/api.ts';
import type { Tries } from './tries.ts';

/** Bytes that open with a key, and what they were sealed with beside it. */
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  bytes: Uint8Array<ArrayBuffer>;
}

/** How a key comes of a PIN. */
export interface PinKey {
  pin: string;
  salt: Uint8Array<ArrayBuffer>;
  iterations: number;
}

/** What a device keeps of a person who has shown it their PIN. */
export interface VaultRecord {
  /** As whom they are signed in without a network. */
  me: Me;
  /** What the hub has given the device for later. It opens with the PIN, on this device; null until that is done. */
  sealed: (Sealed & Omit<PinKey, 'pin'>) | null;
  /** The same, as long as something of theirs may have to be sent from here: it opens without the PIN, on this device. */
  held: Sealed | null;
  tries: Tries;
}

/** Where the records are, by person. */
export interface VaultShelf {
  all(): Promise<VaultRecord[]>;
  /**
   * Reads a record and keeps what `turn` makes of it, in one transaction; null is none. Resolves once it is durable,
   * with what is kept.
   */
  change(
    person: string,
    turn: (record: VaultRecord | null) => VaultRecord | null,
  ): Promise<VaultRecord | null>;
  clear(): Promise<void>;
}

/** Seals by a key that never leaves the device, and where a PIN is given by that, too. */
export interface VaultCrypto {
  seal(text: string, pin: PinKey | null): Promise<Sealed>;
  /** Null where it does not open: another PIN, or another device. */
  open(sealed: Sealed, pin: PinKey | null): Promise<string | null>;
  newSalt(): Uint8Array<ArrayBuffer>;
}
