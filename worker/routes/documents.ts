import * as v from 'valibot';
import { changeDocuments, type DocumentOwner, documentsSince } from '../directory/documents.ts';
import { forgetOverwritten } from '../directory/overwritten.ts';
import type { Answer } from '../ports.ts';
import { documentBody, documentKey, documentsBody } from '../protocol/document-bodies.ts';
import type {
  DocumentChange,
  DocumentsExport,
  DocumentsMerged,
  DocumentWritten,
  Json,
} from '../protocol/documents.ts';
import { refuse } from '../protocol/errors.ts';
import { D1_PARAMETER_BYTES_MAX, DOCUMENT_BYTES_MAX, DOCUMENTS_BODY_BYTES_MAX } from '../protocol/limits.ts';
import { check } from '../protocol/parse-up.ts';
import { readJsonValue } from './body.ts';
import type { SessionCall } from './call.ts';
import { noteExport } from './note-export.ts';
import { problem } from './problem.ts';
import { readQuery, wholeNumber } from './query.ts';

const SinceQuery = v.strictObject({ since: v.optional(wholeNumber, '0') });
const BaseQuery = v.strictObject({ base: v.optional(wholeNumber) });
const VersionQuery = v.strictObject({ version: wholeNumber });

/** `GET /api/sync` */
export async function listDocuments(call: SessionCall): Promise<Response> {
  const query = readQuery(call.url, SinceQuery);
  if (!query.ok) return problem(query);
  const changes = await documentsSince(call.env.DB, ownerOf(call), query.value.since, call.now);
  return changes ? Response.json(changes) : problem(refuse('unauthenticated'));
}

/** `POST /api/sync` */
export async function mergeDocuments(call: SessionCall): Promise<Response> {
  const body = await readDocuments(call, documentsBody);
  if (!body.ok) return problem(body);
  const { changes, since = 0, person = call.caller.person.id } = body.value;
  if (person !== call.caller.person.id) return problem(refuse('forbidden', 'another is signed in', 'person'));
  const changed = await changeDocuments(call.env.DB, ownerOf(call), changes, call.now);
  if (!changed.ok) return problem(refuse(changed.code));
  const told = await documentsSince(call.env.DB, ownerOf(call), since, call.now);
  if (!told) return problem(refuse('unauthenticated'));
  const answer: DocumentsMerged = { ...told, results: changed.results };
  return Response.json(answer);
}

/** `PUT /api/sync/:key` */
export async function putDocument(call: SessionCall): Promise<Response> {
  const key = check(documentKey, call.params.key);
  if (!key.ok) return problem({ ...key, field: 'key' });
  const body = await readDocuments(call, documentBody);
  if (!body.ok) return problem(body);
  return writeOne(call, { key: key.value, ...body.value });
}

/** `DELETE /api/sync/:key`. Deleting what is not there is done already. */
export async function deleteDocument(call: SessionCall): Promise<Response> {
  const key = check(documentKey, call.params.key);
  if (!key.ok) return problem({ ...key, field: 'key' });
  const query = readQuery(call.url, BaseQuery);
  if (!query.ok) return problem(query);
  return writeOne(call, { key: key.value, deleted: true, ...query.value });
}

/** `DELETE /api/sync/:key/overwritten`: the person does not want back what was there before. */
export async function forgetDocument(call: SessionCall): Promise<Response> {
  const key = check(documentKey, call.params.key);
  if (!key.ok) return problem({ ...key, field: 'key' });
  const query = readQuery(call.url, VersionQuery);
  if (!query.ok) return problem(query);
  const { env, now } = call;
  const isTheirs = await forgetOverwritten(env.DB, ownerOf(call), key.value, query.value.version, now);
  return isTheirs ? new Response(null, { status: 204 }) : problem(refuse('unauthenticated'));
}

/** `GET /api/sync/export`: all there is of a person's own, as a file. */
export async function exportDocuments(call: SessionCall): Promise<Response> {
  const { env, now, caller } = call;
  const all = await documentsSince(env.DB, ownerOf(call), 0, now);
  if (!all) return problem(refuse('unauthenticated'));
  const { version, documents, conflicts } = all;
  if (call.request.method === 'GET') {
    const { id } = caller.person;
    const details = { documents: documents.length };
    noteExport(call, { at: now, site: null, actor: id, subject: id, details });
  }
  const file: DocumentsExport = { person: caller.person, at: now, version, documents, conflicts };
  return new Response(JSON.stringify(file, null, 2), {
    headers: {
      'Content-Type': 'application/json',
      'Content-Disposition': 'attachment; filename="yardboard-documents.json"',
    },
  });
}

/** Errors: those of a JSON body; `too-large` with what is too large, for a value or all of them together. */
async function readDocuments<T extends { value: Json } | { changes: DocumentChange[] }>(
  { request }: SessionCall,
  schema: v.GenericSchema<unknown, T>,
): Promise<Answer<T>> {
  const json = await readJsonValue(request, DOCUMENTS_BODY_BYTES_MAX);
  if (!json.ok) return json;
  const body = check(schema, json.value);
  if (!body.ok) return body;
  const values = 'changes' in body.value ? body.value.changes : [body.value];
  let sum = 0;
  for (const [i, one] of values.entries()) {
    const bytes = 'value' in one ? new TextEncoder().encode(JSON.stringify(one.value)).length : 0;
    const field = 'changes' in body.value ? `changes.${i}.value` : 'value';
    if (bytes > DOCUMENT_BYTES_MAX)
      return refuse('too-large', `more than ${DOCUMENT_BYTES_MAX} bytes`, field);
    sum += bytes + ENVELOPE_BYTES;
    if (sum > D1_PARAMETER_BYTES_MAX) return refuse('too-large', 'more than one request takes', 'changes');
  }
  return body;
}

/** What stands round a value in the statement that writes it: its key, version and time. */
const ENVELOPE_BYTES = 200;

async function writeOne(call: SessionCall, change: DocumentChange): Promise<Response> {
  const changed = await changeDocuments(call.env.DB, ownerOf(call), [change], call.now);
  if (!changed.ok) return problem(refuse(changed.code));
  const [result] = changed.results;
  if (!result || result.result === 'rejected') {
    return problem(refuse('too-large', 'as many documents as one may have'));
  }
  const { version, updatedAt } = result;
  const written: DocumentWritten = {
    version,
    updatedAt,
    ...(result.result === 'conflict' && { overwritten: result.overwritten }),
  };
  return Response.json(written);
}

function ownerOf({ caller }: SessionCall): DocumentOwner {
  return { person: caller.person.id, session: caller.session };
}
