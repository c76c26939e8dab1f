import type { GenericSchema } from 'valibot';
import type { Answer } from '../ports.ts';
import { refuse } from '../protocol/errors.ts';
import { JSON_BODY_BYTES_MAX } from '../protocol/limits.ts';
import { check, parseJson } from '../protocol/parse-up.ts';

/** A JSON body against its schema. Errors: `unsupported-media-type`, `too-large`, `bad-json`, `invalid`. */
export async function readJson<T>(request: Request, schema: GenericSchema<unknown, T>): Promise<Answer<T>> {
  const json = await readJsonValue(request, JSON_BODY_BYTES_MAX);
  return json.ok ? check(schema, json.value) : json;
}

/** A JSON body as it is. Errors: those of `readJson` but `invalid`. */
export async function readJsonValue(request: Request, bytesMax: number): Promise<Answer<unknown>> {
  const bytes = await readBytes(request, 'application/json', bytesMax);
  if (!bytes.ok) return bytes;
  const text = textOf(bytes.value);
  return text === null ? refuse('bad-json', 'not UTF-8') : parseJson(text);
}

/** A body of CSV. Errors: `unsupported-media-type`, `too-large`, `bad-csv` where it is not UTF-8. */
export async function readCsv(request: Request, bytesMax: number): Promise<Answer<string>> {
  const bytes = await readBytes(request, 'text/csv', bytesMax);
  if (!bytes.ok) return bytes;
  const text = textOf(bytes.value);
  return text === null
    ? refuse('bad-csv', 'the file is not UTF-8: save it as "CSV UTF-8"')
    : { ok: true, value: text };
}

/** The body, counted as it comes: what `Content-Length` says is only what somebody says. */
async function readBytes(request: Request, type: string, bytesMax: number): Promise<Answer<Uint8Array>> {
  const given = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (given !== type) return refuse('unsupported-media-type', `send ${type}`);
  if (request.headers.has('content-encoding')) {
    return refuse('unsupported-media-type', 'send the body without a Content-Encoding');
  }
  const tooLarge = refuse('too-large', `more than ${bytesMax} bytes`);
  if (Number(request.headers.get('content-length')) > bytesMax) return tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body) {
    const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.byteLength;
      if (size > bytesMax) {
        await reader.cancel();
        return tooLarge;
      }
      chunks.push(part.value);
    }
  }
  return { ok: true, value: joined(chunks, size) };
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
