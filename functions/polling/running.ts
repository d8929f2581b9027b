import type { Clock } from "../asking/call.ts";
import type { Call } from "../asking/request.ts";
import type { Keeper } from "./keep.ts";
import type { Poll } from "./poll.ts";

/** A run under way: what passes and questions share. */
export interface Running extends Keeper {
	poll: Poll;
	settings: Record<string, unknown>;
	clock: Clock;
	random: () => number;
	call: Call;
}
