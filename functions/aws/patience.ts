import { setTimeout as delay } from "node:timers/promises";
import { DeadlineNear } from "../inbox/record.ts";

// what a function signed before it was frozen; the next attempt is signed anew
const staleSignature = /^Signature (expired|not yet current)/;

const shortestPauseMs = 20;
const longestPauseMs = 500;

const passingNames = new Set([
	"LimitExceededException",
	"ProvisionedThroughputExceededException",
	"ReplicatedWriteConflictException",
	"RequestExpired",
	"RequestInTheFuture",
	"RequestLimitExceeded",
	"RequestTimeTooSkewed",
	// S3's, for a body that came too slowly
	"RequestTimeout",
	"ThrottlingException",
	"TransactionConflictException",
]);

/** Repeats a call that fails in passing until it is answered or the time is up; the call must bear being repeated. */
export async function patiently<Answer>(
	leftMs: number,
	call: (signal: AbortSignal) => Promise<Answer>,
	attemptMs = 2000,
): Promise<Answer> {
	const end = performance.now() + leftMs;
	let wrong: Error | undefined;
	for (let attempt = 0; ; attempt++) {
		const left = end - performance.now();
		try {
			const limit = Math.ceil(Math.max(0, Math.min(left, attemptMs)));
			return await call(AbortSignal.timeout(limit));
		} catch (error) {
			if (!isPassing(error)) throw error;
			// an attempt that was cut short tells less than one before it that failed
			if (error.name !== "AbortError" || !wrong) wrong = error;
			const pause = pauseMs(attempt);
			if (performance.now() + pause >= end) throw giveUp(wrong);
			await delay(pause);
		}
	}
}

/** Ever longer and jittered, so that those who wait part from each other. */
export function pauseMs(attempt: number): number {
	return (
		Math.random() * Math.min(longestPauseMs, shortestPauseMs * 2 ** attempt)
	);
}

/** What another attempt may get past: a lost connection, a time-out, too much at once, a fault of the service. */
function isPassing(error: unknown): error is Error {
	if (!(error instanceof Error)) return false;
	if (["AbortError", "TimeoutError"].includes(error.name)) return true;
	if (passingNames.has(error.name)) return true;
	if (error.name === "InvalidSignatureException")
		return staleSignature.test(error.message);
	const { $metadata: answer, code } = error as Error & {
		$metadata?: { httpStatusCode?: number };
		code?: unknown;
	};
	const status = answer?.httpStatusCode;
	// the system's own errors: ECONNRESET and its like, not Node's ERR_…
	if (status === undefined) return /^E(?!RR_)[A-Z_]+$/.test(String(code));
	// below 400, the answer was cut or is another server's
	return status < 400 || status >= 500 || status === 429;
}

function giveUp(cause: Error): Error {
	return cause.name === "AbortError"
		? new DeadlineNear("No answer came in time.", { cause })
		: cause;
}
