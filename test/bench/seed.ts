import { PROTOCOL, type UpMessage } from '../../worker/protocol/messages.ts';
import { parseDown } from '../../worker/protocol/parse-down.ts';
import { dialRaw } from './load/raw-socket.ts';
import type { rosterOf } from './roster.ts';
import type { Seat } from './target.ts';

/** Rows that stay well under the cap of a frame. */
const ROWS_PER_EDIT = 500;

/** Puts a roster on a board through the live protocol, for a hub that has no HTTP routes. */
export async function seedLive(
  origin: string,
  { path, headers }: Seat,
  roster: ReturnType<typeof rosterOf>,
): Promise<void> {
  let seq = 0;
  let push: () => void = () => {};
  const done = Promise.withResolvers<void>();
  const onText = (text: string): void => {
    const message = parseDown(text);
    if (message?.type === 'welcome') push();
    if (message?.type !== 'outcomes') return;
    if (message.outcomes.some(({ outcome }) => outcome !== 'applied')) done.reject(new Error(text));
    else if (seq * ROWS_PER_EDIT >= roster.length) done.resolve();
    else push();
  };
  const raw = await dialRaw(
    { origin, path, headers },
    { onText, onClose: () => done.reject(new Error('closed')) },
  );
  const say = (message: UpMessage): void => raw.send(JSON.stringify(message));
  push = () => {
    const rows = roster
      .slice(seq * ROWS_PER_EDIT, (seq + 1) * ROWS_PER_EDIT)
      .map(({ car, location }) => ({ car, fields: { location } }));
    seq++;
    const edit = { seq, id: `seed-${String(seq).padStart(4, '0')}`, base: seq - 1, at: Date.now() };
    say({ type: 'push', edits: [{ ...edit, type: 'import', rows, mode: 'merge' }] });
  };
  say({ type: 'hello', protocol: PROTOCOL, device: 'bench-seed', epoch: null, version: 0 });
  await done.promise;
  raw.cut();
}
