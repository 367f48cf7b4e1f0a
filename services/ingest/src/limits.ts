/** Everything in ingest that could grow has its bound here; what happens beyond it is said beside it. */

/** A longer request is answered 413, before it is read when its Content-Length says so. */
export const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
/** A longer event is rejected as `too_big`; the rest of its request is not touched by that. */
export const MAX_EVENT_BYTES = 256 * 1024;
/** A request of more events is answered 413: smaller events than 128 bytes can't be valid anyway. */
export const MAX_EVENTS_PER_REQUEST = 131_072;

/** Lines of a record together; only a single larger event makes a larger record. */
export const MAX_RECORD_BYTES = 256 * 1024;
/** Records of one append together: below the megabyte that a broker takes at once; the rest follows in the next. */
export const MAX_APPEND_BYTES = 768 * 1024;
/** How long the first event of a commit waits for company when little is going on. */
export const IDLE_LINGER_MS = 5;
/** The same under load, when waiting saves more than it costs. */
export const LOADED_LINGER_MS = 20;
/** A commit of at least this many submissions says that there is load. */
export const LOADED_SUBMISSIONS = 8;
/** Bytes received or accepted but not yet in the log; a request beyond is answered 503 with Retry-After. */
export const MAX_IN_FLIGHT_BYTES = 64 * 1024 * 1024;
/** So much of a refused request is still read and thrown away, for so long: then its connection is closed under it. */
export const REFUSED_LINGER_BYTES = 64 * 1024 * 1024;
export const REFUSED_LINGER_MS = 2000;
/** What a client is told to wait before it sends a refused request again. */
export const RETRY_AFTER_SECONDS = 1;

/** A heartbeat record for every known centre. */
export const HEARTBEAT_EVERY_MS = 2000;
/** `/readyz` says no once the log has refused, or not answered, for longer than this. */
export const LOG_PATIENCE_MS = 2000;
/** Pause between attempts to read the stored configuration versions at start. */
export const WARM_UP_RETRY_MS = 1000;
/** A refused event is kept in the dead letters up to this length; the rest is cut. */
export const MAX_DEAD_LETTER_BYTES = 256 * 1024;
