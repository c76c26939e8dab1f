import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A change to the text of a shipped file, made as it is loaded. */
export interface Patch {
  /** From the root of the repository. */
  file: string;
  find: string;
  replace: string;
}

const ROOT = join(import.meta.dirname, '../..');

/**
 * From now on this thread loads the files of the patches changed. Throws where one does not apply, which is said when
 * its file is loaded: import what needs them afterwards, and dynamically.
 */
export function applyPatches(patches: readonly Patch[]): void {
  const byFile = Map.groupBy(patches, ({ file }) => file);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const own = url.startsWith('file:') ? byFile.get(relative(ROOT, fileURLToPath(url))) : undefined;
      if (!own) return loaded;
      const text =
        typeof loaded.source === 'string' ? loaded.source : Buffer.from(asBytes(loaded.source)).toString();
      return { ...loaded, source: own.reduce(patched, text) };
    },
  });
}

/** The text with one patch. Throws where what it looks for is not there just once. */
export function patched(text: string, { file, find, replace }: Patch): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${find}`);
  return parts.join(replace);
}

function asBytes(source: ArrayBufferLike | ArrayBufferView | undefined): Uint8Array {
  if (source === undefined) throw new Error('a module without a source');
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
