import { Stopped } from "../asking/call.ts";
import { isWrongCredentials } from "../asking/request.ts";
import { Denied, OwnerRefused } from "../asking/tokens.ts";
import { DeadlineNear } from "../inbox/record.ts";

/** Our own tables or bucket failed: nobody else's fault, and the run's end. */
export class NotKept extends Error {
	override name = "NotKept";
}

/** A neighbour whose failures are told from those of what it is given. */
export function ours<Neighbour extends object>(
	neighbour: Neighbour,
): Neighbour {
	return new Proxy(neighbour, {
		get(target, name) {
			const member: unknown = Reflect.get(target, name);
			if (typeof member !== "function") return member;
			return async (...given: unknown[]) => {
				try {
					return await member.apply(target, given);
				} catch (cause) {
					if (cause instanceof DeadlineNear) throw cause;
					throw new NotKept("Something could not be kept.", { cause });
				}
			};
		},
	});
}

/** The least that an error ends, wherever it is met: a row, a subject (an owner's list, a watch), or the run. */
export type Scope = "row" | "subject" | "run";

export function scopeOf(error: unknown): Scope {
	if (error instanceof Stopped)
		return error.reason === "overtaken" ? "subject" : "run";
	if (error instanceof NotKept || error instanceof DeadlineNear) return "run";
	// one owner's trouble is not the others'
	if (error instanceof OwnerRefused) return "subject";
	if (error instanceof Denied && error.owner !== undefined) return "subject";
	if (isWrongCredentials(error)) return "run";
	return "row";
}
