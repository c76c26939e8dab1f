/** A purse that fills by itself: what is spent faster than it fills runs out. */
export interface TokenBucket {
  /** As of `at`. Below zero where more was spent than was there. */
  tokens: number;
  /** Milliseconds of whatever clock is handed in. */
  at: number;
}

export interface BucketSize {
  /** How many it holds when it is full. */
  capacity: number;
  perS: number;
}

export function fullBucket(size: BucketSize, now: number): TokenBucket {
  return { tokens: size.capacity, at: now };
}

/** What is in it now. A clock that is set back adds nothing, and takes nothing away. */
export function tokensIn(bucket: TokenBucket, size: BucketSize, now: number): number {
  const { tokens, at } = bucket;
  bucket.tokens = Math.min(size.capacity, tokens + (Math.max(0, now - at) * size.perS) / 1_000);
  bucket.at = now;
  return bucket.tokens;
}

/** Takes so many out; false, and nothing is taken, where there are not as many. */
export function takeTokens(bucket: TokenBucket, size: BucketSize, cost: number, now: number): boolean {
  if (tokensIn(bucket, size, now) < cost) return false;
  bucket.tokens -= cost;
  return true;
}

/** In how many whole milliseconds there are so many; 0 where there are now. Never more than a full one has. */
export function waitMsFor(bucket: TokenBucket, size: BucketSize, tokens: number, now: number): number {
  const missing = Math.min(tokens, size.capacity) - tokensIn(bucket, size, now);
  return missing <= 0 ? 0 : Math.ceil((missing * 1_000) / size.perS);
}

/** What a frame costs. Edits are cheap beside frames: a queue goes in few and large ones. */
export function costOf(edits: number): number {
  return 1 + edits / 10;
}

/** How many edits a frame may have that costs so much; below zero where there is not enough for a frame. */
export function editsFor(tokens: number): number {
  return Math.floor((tokens - 1) * 10 + 1e-9);
}
