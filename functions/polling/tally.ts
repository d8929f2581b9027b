import { NoAnswer, RequestFailed, type Stopped } from "../asking/call.ts";
import { isWrongCredentials } from "../asking/request.ts";
import { isForgotten, isUnknownShape } from "../asking/shape.ts";
import { UnfitAddress } from "../asking/url.ts";
import type { Kept } from "../inbox/quarantine.ts";
import { sayError } from "../log/line.ts";

/** An event that a poll has brought, and the trace it can be followed by. */
export interface Recovered {
	type: string;
	pk: string;
	id?: string;
	traceparent: string;
}

/** What a run has counted so far. */
export interface Tally {
	requests: number;
	observed: number;
	recovered: number;
	events: Recovered[];
	/** the first of what was kept aside */
	quarantined: Kept[];
	known: number;
	stale: number;
	failed: number;
	/** watches that came to nothing, and those that ended well */
	expired: number;
	ended: number;
	/** owners of tokens that are skipped until their setting changes */
	refused: number;
	breakerOpened: number;
	/** from the provider's own time of a fact to its webhook, in milliseconds */
	delays: number[];
	/** why requests failed, and how often */
	failures: Record<string, number>;
	/** settings that a person should look at */
	settings: Set<string>;
}

/** What a run answers and logs; no subject, token, address or body. */
export interface RunSummary
	extends Omit<
		Tally,
		| "events"
		| "quarantined"
		| "failures"
		| "settings"
		| "breakerOpened"
		| "delays"
	> {
	/** counts the runs that asked */
	run?: number;
	/** new events; each of them one that the webhook had not brought */
	recorded: number;
	events?: Recovered[];
	quarantined?: Kept[];
	/** when a run may ask again, by the provider's own schedule; null while nothing is configured */
	next: string | null;
	/** why nothing was asked at all */
	skipped?: string;
	/** why the run ended with work left */
	stopped?: Stopped["reason"];
	failures?: Record<string, number>;
	/** settings that are missing or refused */
	settings?: string[];
	breakerOpened?: true;
	/** by which all of the provider's times differ from its webhooks': its zone is not the one that is set */
	clockOffsetMinutes?: number;
}

const kindsOfFailure = 10;
// a log line has 256 KB
const keptNamed = 20;

export function emptyTally(): Tally {
	const counts = { requests: 0, observed: 0, recovered: 0, known: 0, stale: 0 };
	const ends = { failed: 0, expired: 0, ended: 0, refused: 0 };
	const rest = { breakerOpened: 0, failures: {}, settings: new Set<string>() };
	const lists = { delays: [], events: [], quarantined: [] };
	return { ...counts, ...ends, ...rest, ...lists };
}

export function noteRecovered(tally: Tally, event: Recovered): void {
	tally.recovered++;
	tally.events.push(event);
}

export function noteKept({ quarantined }: Tally, kept: Kept): void {
	if (quarantined.length < keptNamed) quarantined.push(kept);
}

/** Counts what went wrong under a name that gives nothing away. */
export function noteFailure(tally: Tally, error: unknown): void {
	if (isWrongCredentials(error))
		for (const setting of error.settings) tally.settings.add(setting);
	tally.failed++;
	const why = saySafely(error);
	const { failures } = tally;
	if (why in failures || Object.keys(failures).length < kindsOfFailure)
		failures[why] = (failures[why] ?? 0) + 1;
}

const fewestDelays = 3;
const quarterMs = 15 * 60_000;

/** The whole quarters of an hour by which every webhook came after its fact, or before it; zones differ by no less. */
export function constantOffset(delays: readonly number[]): number {
	const [first = 0, ...others] = delays.map((ms) => Math.round(ms / quarterMs));
	const isConstant = others.every((quarters) => quarters === first);
	return isConstant && delays.length >= fewestDelays ? first * 15 : 0;
}

/** Why, without any value of the provider's. */
export function saySafely(error: unknown): string {
	const spoken =
		error instanceof RequestFailed ||
		isUnknownShape(error) ||
		isForgotten(error) ||
		error instanceof NoAnswer ||
		error instanceof UnfitAddress ||
		isWrongCredentials(error);
	if (spoken) return error.message;
	const cause = error instanceof Error && error.cause ? error.cause : error;
	const { error: name, at = "" } = sayError(cause);
	return `${name} ${at}`.trim();
}
