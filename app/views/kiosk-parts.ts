import { type Signal, signal } from '@preact/signals';
import type { ComponentType } from 'preact';

interface KioskParts {
  /** In the header. */
  Head: ComponentType;
  /** Over everything. */
  Over: ComponentType;
  /** Whoever is here has another PIN, and this is what the hub takes for it later. */
  keepPin(pin: string, grant: string): void;
}

/** What an enrolled device adds to the frame of a site; null elsewhere. */
export const kioskParts: Signal<KioskParts | null> = signal(null);
