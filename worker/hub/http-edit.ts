import { createHash } from 'node:crypto';
import type { Effect } from '../engine/effect.ts';
import { carOf, matches, requestEdit, requestImport } from '../engine/request.ts';
import type { Hub } from '../engine/socket.ts';
import type { Env } from '../engine/state.ts';
import type { Answer, EditDone, EditOptions, ImportRequest } from '../ports.ts';
import type { ImportResult } from '../protocol/api.ts';
import type { Intent } from '../protocol/edit.ts';
import { refuse } from '../protocol/errors.ts';
import type { Outcome } from '../protocol/outcome.ts';
import type { Principal } from '../protocol/site.ts';
import { partsOf } from './long-text.ts';
import type { Storage } from './storage.ts';

interface Asked {
  /** Random: names the request as a device and an edit of its own. */
  id: string;
  principal: Principal;
  storage: Storage;
}

interface Answered<T> {
  answer: Answer<T>;
  effects: Effect[];
}

/** One edit over HTTP. */
export function answerEdit(
  hub: Hub,
  asked: Asked & { intent: Intent; options: EditOptions },
  env: Env,
): Answered<EditDone> {
  const { intent, options } = asked;
  return once(asked, options.key, intent, (): Answered<EditDone> => {
    const car = 'car' in intent ? hub.state.cars.get(intent.car)?.car : undefined;
    if (options.ifMatch !== undefined && car && !car.removed && !matches(car, options.ifMatch)) {
      const outcome: Outcome = { seq: 1, at: env.now, outcome: 'rejected', code: 'car-changed' };
      return { answer: { ok: true, value: { outcome, car: carOf(hub, car.id) } }, effects: [] };
    }
    const { outcome, effects } = requestEdit(hub, intent, asked, env);
    return {
      answer: { ok: true, value: { outcome, car: 'car' in intent ? carOf(hub, intent.car) : null } },
      effects,
    };
  });
}

/** A roster over HTTP. */
export function answerImport(
  hub: Hub,
  asked: Asked & { request: ImportRequest },
  env: Env,
): Answered<ImportResult> {
  const { request } = asked;
  const { key, ...rest } = request;
  return once(asked, request.dryRun ? undefined : key, request, (): Answered<ImportResult> => {
    const { result, effects } = requestImport(hub, { ...asked, ...rest }, env);
    if ('outcome' in result) return { answer: refuse(result.code, result.detail), effects };
    return { answer: { ok: true, value: result }, effects };
  });
}

/**
 * The same key of the same person gets the same answer again, and nothing happens twice. Refusals of the whole
 * request are not remembered: they changed nothing. Nor is an answer that fits no row: the report on a roster of
 * thousands, which says absolute values and can be repeated.
 */
function once<T>(
  asked: Asked,
  key: string | undefined,
  request: object,
  act: () => Answered<T>,
): Answered<T> {
  if (key === undefined) return act();
  const named = `${asked.principal.person} ${key}`;
  const digest = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
  const known = asked.storage.answer(named);
  if (known) {
    const same = known.request === digest;
    return {
      answer: same ? JSON.parse(known.answer) : refuse('invalid', 'another request has this Idempotency-Key'),
      effects: [],
    };
  }
  const { answer, effects } = act();
  const text = JSON.stringify(answer);
  if (!answer.ok || partsOf(text).length > 1) return { answer, effects };
  return { answer, effects: [...effects, { type: 'put-answer', key: named, request: digest, answer: text }] };
}
