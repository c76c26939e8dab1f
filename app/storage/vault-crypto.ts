import type { PinKey, Sealed, VaultCrypto } from '../sync/vault/ports.ts';

const CIPHER = 'AES-GCM';
const IV_BYTES = 12;
const SALT_BYTES = 16;
const KEY_BITS = 256;

/** A key that can be used here and never be read. */
export function newDeviceKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: CIPHER, length: KEY_BITS }, false, ['encrypt', 'decrypt']);
}

/** @param deviceKey the one of this device, each time the same */
export function vaultCrypto(deviceKey: () => Promise<CryptoKey>): VaultCrypto {
  return {
    async seal(text, pin) {
      const inner = await encrypt(await deviceKey(), new TextEncoder().encode(text));
      return pin ? encrypt(await keyOf(pin), packed(inner)) : inner;
    },
    async open(sealed, pin) {
      try {
        const inner = pin ? unpacked(await decrypt(await keyOf(pin), sealed)) : sealed;
        return new TextDecoder().decode(await decrypt(await deviceKey(), inner));
      } catch (error) {
        // What a key says of what it does not fit.
        if (error instanceof DOMException && error.name === 'OperationError') return null;
        throw error;
      }
    },
    newSalt: () => crypto.getRandomValues(new Uint8Array(SALT_BYTES)),
  };
}

async function keyOf({ pin, salt, iterations }: PinKey): Promise<CryptoKey> {
  const digits = new TextEncoder().encode(pin);
  const material = await crypto.subtle.importKey('raw', digits, 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  const use: KeyUsage[] = ['encrypt', 'decrypt'];
  return crypto.subtle.deriveKey(how, material, { name: CIPHER, length: KEY_BITS }, false, use);
}

async function encrypt(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  return { iv, bytes: new Uint8Array(await crypto.subtle.encrypt({ name: CIPHER, iv }, key, bytes)) };
}

async function decrypt(key: CryptoKey, { iv, bytes }: Sealed): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: CIPHER, iv }, key, bytes));
}

function packed({ iv, bytes }: Sealed): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(iv.length + bytes.length);
  all.set(iv);
  all.set(bytes, iv.length);
  return all;
}

function unpacked(all: Uint8Array<ArrayBuffer>): Sealed {
  return { iv: all.slice(0, IV_BYTES), bytes: all.slice(IV_BYTES) };
}
