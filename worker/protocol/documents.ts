/**
 * Personal documents: small JSON values under a key, of one person and nobody else, the same on every site. Each write
 * takes the person's next version.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Document {
  key: string;
  value: Json;
  version: number;
  /** Hub milliseconds. */
  updatedAt: number;
}

/** A document that has been deleted. */
export interface DeletedDocument {
  key: string;
  version: number;
  updatedAt: number;
}

/** `base`: the version of the document its writer knew, 0 for none. Left out, the writer does not care. */
export type DocumentChange =
  | { key: string; value: Json; base?: number | undefined }
  | { key: string; deleted: true; base?: number | undefined };

/** What a write has overwritten whose writer had not seen it. The write stands; this can be taken back. */
export type Overwritten = {
  key: string;
  version: number;
  updatedAt: number;
  /** The version that overwrote it. */
  by: number;
} & ({ value: Json } | { deleted: true });

export type DocumentResult =
  | { key: string; result: 'applied'; version: number; updatedAt: number }
  /** It was so already; version 0 and no time where nothing is known of it. */
  | { key: string; result: 'unchanged'; version: number; updatedAt: number | null }
  /** Applied all the same: the newer write wins. */
  | { key: string; result: 'conflict'; version: number; updatedAt: number; overwritten: Overwritten }
  /** The person has as many documents as anybody may. */
  | { key: string; result: 'rejected'; code: 'too-large' };

/** `GET /api/sync`: what has changed since a version. */
export interface DocumentChanges {
  version: number;
  /** True where all there is has been told: what is not among `documents` does not exist. */
  complete: boolean;
  documents: Document[];
  deleted: DeletedDocument[];
  conflicts: Overwritten[];
}

/** `POST /api/sync` */
export interface DocumentsMerged extends DocumentChanges {
  /** In the order of the changes. */
  results: DocumentResult[];
}

/** `PUT` and `DELETE /api/sync/:key`. Version and time are those of the document, whoever wrote it so. */
export interface DocumentWritten {
  version: number;
  updatedAt: number | null;
  /** What the write has overwritten without its writer having seen it. */
  overwritten?: Overwritten;
}

/** `GET /api/sync/export` */
export interface DocumentsExport {
  person: { id: string; name: string; email: string | null };
  /** Hub milliseconds. */
  at: number;
  version: number;
  documents: Document[];
  conflicts: Overwritten[];
}
