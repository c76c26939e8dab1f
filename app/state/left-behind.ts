/** How things stand on an enrolled device, as far as what has been left behind on it goes. */
export interface DeviceFacts {
  locked: boolean;
  /** Somebody is being asked who they are: what happens to the device now would tear that from their hands. */
  isAsking: boolean;
  /** Who is signed in has shown their PIN to this device alone. */
  held: boolean;
  isPerson: boolean;
  /** Of whoever is signed in: the hub has answered all of their edits, or never will. */
  isSent: boolean;
  /** Those who have left edits behind and may be signed in once more to send them. */
  senders: readonly string[];
  /** Those who could be signed in once more, and have nothing left here. */
  spent: readonly string[];
}

export type Step =
  /** The hub is told who has shown their PIN. */
  | { step: 'prove' }
  /** Who has gone is signed out; the device is itself. */
  | { step: 'leave' }
  /** Who has left edits behind is signed in, with the device locked, so that they are sent under their name. */
  | { step: 'send'; person: string }
  /** Nobody needs what was held for this. */
  | { step: 'let-go'; person: string };

/** What is to be done next, so that a device nobody is at comes to be itself, with nothing left on it. */
export function nextStep(facts: DeviceFacts): Step | null {
  const { locked, isAsking, held, isPerson, isSent } = facts;
  if (held) return { step: 'prove' };
  if (!locked || isAsking) return null;
  if (isPerson) return isSent ? { step: 'leave' } : null;
  const [sender] = facts.senders;
  if (sender !== undefined) return { step: 'send', person: sender };
  const [spent] = facts.spent;
  return spent === undefined ? null : { step: 'let-go', person: spent };
}
